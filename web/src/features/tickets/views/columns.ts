import { type CSSProperties, createContext, use } from "react";

/** What a list shows of a ticket beside number, subject and moment: keys of fields in order; empty as it comes. */
export const ColumnsContext = createContext<readonly string[]>([]);
export const useColumns = () => use(ColumnsContext);

/** Columns in px, where they need more or less than most. */
const widths: Record<string, number> = { tags: 168, requester: 148, message_count: 72 };
const USUAL_PX = 112;

/** The width of the columns, for the grid of a row. */
export function columnsStyle(columns: readonly string[]): CSSProperties | undefined {
  if (columns.length === 0) return undefined;
  const tracks = columns.map((key) => `${widths[key] ?? USUAL_PX}px`).join(" ");
  return { "--cells": tracks } as CSSProperties;
}

/** What a row of three lines says of a ticket without a choice, so that it stands there once. */
const inCosyRows = new Set(["requester"]);

/** The columns that a row of three lines adds as labelled values on a fourth. */
export const factsOf = (columns: readonly string[]) =>
  columns.filter((key) => !inCosyRows.has(key));
