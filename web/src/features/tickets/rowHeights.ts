import { useCallback, useSyncExternalStore } from "react";
import type { TicketRow } from "@/api/types";

const COMPACT_PX = 32;
export const COSY_PX = 76;
/** On a phone, by the lines of the subject. */
const PHONE_PX = { 1: 84, 2: 104 } as const;
/** The line of the chosen columns. */
const FACTS_PX = 20;
/** What stands beside a subject on a phone: the row's padding, and a scrollbar where one takes room. */
const BESIDE_PX = 44 + 12;
const SUBJECT_PX = 15;
const MOST_KEPT = 5000;

/** How high a list draws a row, in px. */
export type RowPx = (row: TicketRow) => number;

const cosyPx: RowPx = () => COSY_PX;
const cosyFactsPx: RowPx = () => COSY_PX + FACTS_PX;
/** Heights of rows in three lines, or in four. */
export const cosyRowPx = (withFacts: boolean) => (withFacts ? cosyFactsPx : cosyPx);
const compactPx: RowPx = () => COMPACT_PX;

/** Heights of the full list's rows: known before they are drawn, so that thousands cost nothing. */
export function useRowPx(phone: boolean, compact: boolean, withFacts: boolean): RowPx {
  const widthPx = useSyncExternalStore(subscribe, () => window.innerWidth);
  const drawn = useSyncExternalStore(subscribe, () => generation);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another font gives other heights
  const phonePx = useCallback<RowPx>(
    (row) => PHONE_PX[subjectLines(row, widthPx - BESIDE_PX)] + (withFacts ? FACTS_PX : 0),
    [widthPx, drawn, withFacts],
  );
  if (compact) return compactPx;
  return phone ? phonePx : cosyRowPx(withFacts);
}

/** Whether a row of this height on a phone has room for two lines of subject. */
export const hasTwoLines = (heightPx: number, withFacts: boolean) =>
  heightPx - (withFacts ? FACTS_PX : 0) === PHONE_PX[2];

/** How many lines a subject takes on a phone: never more than two. */
function subjectLines(row: TicketRow, roomPx: number): 1 | 2 {
  const weight = row.match ? 650 : row.unread ? 600 : 430;
  return widthOf(row.subject, weight) <= roomPx ? 1 : 2;
}

let generation = 0;
const widths = new Map<string, number>();
let canvas: CanvasRenderingContext2D | null | undefined;

/** How wide a text is in the list's font, in px; infinite where nothing can measure it. */
function widthOf(text: string, weight: number): number {
  const key = `${weight} ${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  canvas ??= document.createElement("canvas").getContext("2d");
  if (!canvas) return Number.POSITIVE_INFINITY;
  canvas.font = `${weight} ${SUBJECT_PX}px ${getComputedStyle(document.body).fontFamily}`;
  const width = canvas.measureText(text).width;
  if (widths.size >= MOST_KEPT) widths.clear();
  widths.set(key, width);
  return width;
}

function subscribe(changed: () => void) {
  const onFont = () => {
    widths.clear();
    generation += 1;
    changed();
  };
  window.addEventListener("resize", changed);
  document.fonts.addEventListener("loadingdone", onFont);
  return () => {
    window.removeEventListener("resize", changed);
    document.fonts.removeEventListener("loadingdone", onFont);
  };
}
