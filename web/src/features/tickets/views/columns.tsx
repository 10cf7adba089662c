import { type CSSProperties, createContext, type ReactNode, use } from "react";
import { useTranslation } from "react-i18next";
import type { TicketRow } from "@/api/types";
import { directionOf } from "@/lib/direction";
import { valueText } from "@/ui/customFields/valueText";
import { Icon } from "@/ui/Icon";
import { RelativeTime } from "@/ui/RelativeTime";
import { StatusIcon, Tag, TeamSquare } from "@/ui/TicketIcons";
import { ownKeyOf, useFieldWord, useOwnFields } from "../fieldWords";
import type { OrderName } from "../listOrder";
import { useSortWord } from "../sortWords";
import classes from "./columns.module.css";

/** What a list shows of a ticket beside number, subject and moment: keys of fields in order; empty as it comes. */
export const ColumnsContext = createContext<readonly string[]>([]);
export const useColumns = () => use(ColumnsContext);

const SHOWN_TAGS = 2;
/** Columns in px, where they need more or less than most. */
const widths: Record<string, number> = { tags: 168, requester: 148, message_count: 72 };
const USUAL_PX = 112;

/** The width of the columns, for the grid of a row. */
export function columnsStyle(columns: readonly string[]): CSSProperties | undefined {
  if (columns.length === 0) return undefined;
  const tracks = columns.map((key) => `${widths[key] ?? USUAL_PX}px`).join(" ");
  return { "--cells": tracks } as CSSProperties;
}

/** What rows always show, so that it is no column to choose. */
const always = new Set(["number", "subject", "preview", "version"]);
export const mayBeColumn = (key: string) => !always.has(key);

/** The heads of the columns. */
export function ColumnHeads({ columns, order }: { columns: readonly string[]; order: OrderName }) {
  const wordOf = useFieldWord(columns);
  const sortWord = useSortWord([order]);
  return columns.map((key) => (
    <span key={key} className={`${classes.cell} cut`}>
      <span className="cut">{wordOf(key)}</span>
      {(order === key || order === `-${key}`) && (
        <Icon name={order === key ? "up" : "down"} size={14} label={sortWord(order)} />
      )}
    </span>
  ));
}

/** The cells of a row. */
export function ColumnCells({ columns, row }: { columns: readonly string[]; row: TicketRow }) {
  const wordOf = useFieldWord(columns);
  return columns.map((key) => (
    <span key={key} className={`${classes.cell} cut`} title={wordOf(key)}>
      <Cell name={key} row={row} />
    </span>
  ));
}

function Cell({ name, row }: { name: string; row: TicketRow }): ReactNode {
  const { t } = useTranslation();
  switch (name) {
    case "status":
      return (
        <>
          <StatusIcon category={row.status.category} color={row.status.color} />
          <bdi>{row.status.name}</bdi>
        </>
      );
    case "priority":
      return t(`priority.name.${row.priority}`);
    case "type":
      return t(`type.${row.type}`);
    case "automatic":
      return row.automatic ? t(`ticket.automatic.${row.automatic}`) : "–";
    case "team":
      return (
        <>
          <TeamSquare color={row.team.color} />
          <bdi>{row.team.name}</bdi>
        </>
      );
    case "tags":
      return row.tags.slice(0, SHOWN_TAGS).map((tag) => <Tag key={tag}>{tag}</Tag>);
  }
  if (ownKeyOf(name) !== undefined) return <OwnCell name={name} row={row} />;
  return <Plain value={(row as Record<string, unknown>)[name]} />;
}

/** A custom field's value in the words of the ticket's properties; a choice with its colour. */
function OwnCell({ name, row }: { name: string; row: TicketRow }) {
  const { t } = useTranslation();
  const key = ownKeyOf(name);
  const field = useOwnFields([name])?.find((one) => one.key === key);
  const value = row.fields?.[key ?? ""];
  if (!field) return "–";
  const said = valueText(field, value, t("customFields.yes"), t("customFields.no"));
  if (!said) return "–";
  const color = typeof value === "string" && field.options.find((one) => one.key === value)?.color;
  return (
    <>
      {color && <span className={classes.dot} style={{ background: color }} />}
      <bdi className="cut">{said}</bdi>
    </>
  );
}

const MOMENT = /^\d{4}-\d\d-\d\dT/;

function Plain({ value }: { value: unknown }): ReactNode {
  const wordOf = useFieldWord();
  if (value === null || value === undefined || value === "") return "–";
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "object") return "name" in value ? <bdi>{String(value.name)}</bdi> : "–";
  const text = String(value);
  if (MOMENT.test(text)) return <RelativeTime at={text} of={wordOf("updated_at")} />;
  return <span dir={directionOf(text)}>{text}</span>;
}
