import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { TicketRow } from "@/api/types";
import { directionOf } from "@/lib/direction";
import { valueText } from "../customFields/valueText";
import { RelativeTime } from "../RelativeTime";
import { StatusIcon, Tag, TeamSquare } from "../TicketIcons";
import { ownKeyOf, useFieldWord, useOwnFields } from "./fieldWords";
import classes from "./TicketCell.module.css";

const SHOWN_TAGS = 2;

/** The value that a ticket has in a column, by the key of its field, in people's words. */
export function TicketCell({ name, row }: { name: string; row: TicketRow }): ReactNode {
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
    case "checklist":
      return row.checklist ? `${row.checklist.done} / ${row.checklist.total}` : "–";
    case "tags":
      return row.tags.slice(0, SHOWN_TAGS).map((tag) => <Tag key={tag}>{tag}</Tag>);
  }
  if (ownKeyOf(name) !== undefined) return <OwnCell name={name} row={row} />;
  return <Plain name={name} value={(row as Record<string, unknown>)[name]} />;
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

function Plain({ name, value }: { name: string; value: unknown }): ReactNode {
  const wordOf = useFieldWord();
  if (value === null || value === undefined || value === "") return "–";
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "object") return "name" in value ? <bdi>{String(value.name)}</bdi> : "–";
  const text = String(value);
  if (MOMENT.test(text)) return <RelativeTime at={text} of={wordOf(name)} />;
  return <span dir={directionOf(text)}>{text}</span>;
}
