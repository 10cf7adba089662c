import { useTranslation } from "react-i18next";
import type { TicketRow } from "@/api/types";
import { directionOf } from "@/lib/direction";
import { Avatar, NobodyAvatar } from "@/ui/Avatar";
import { Icon } from "@/ui/Icon";
import { Marked } from "@/ui/Marked";
import { RelativeTime } from "@/ui/RelativeTime";
import { momentAt, momentOf } from "../listOrder";
import { propertyNames, table } from "../properties";
import type { TicketSearch } from "../search";
import classes from "./rowParts.module.css";

/** Who works on it, or the dashed ring; `AssigneeWords` says it where the row is read out. */
export function AssigneeSign({ assignee }: Pick<TicketRow, "assignee">) {
  const { t } = useTranslation();
  if (!assignee) return <NobodyAvatar label={t("ticket.nobodyAssigned")} hidden />;
  return <Avatar id={assignee.id} name={assignee.name} />;
}

/** Read out where the disc is seen. */
export function AssigneeWords({ assignee }: Pick<TicketRow, "assignee">) {
  const { t } = useTranslation();
  const words = assignee
    ? t("ticket.assignedTo", { name: assignee.name })
    : t("ticket.nobodyAssigned");
  return <span className="vh">{words}</span>;
}

/** Read out where the dot is seen. */
export function UnreadMark({ unread }: { unread: boolean }) {
  const { t } = useTranslation();
  return unread ? <span className="vh">{t("ticket.unread")}</span> : null;
}

/** The requester is marked as a VIP. */
export function VipSign() {
  const { t } = useTranslation();
  return <Icon name="star" size={12} label={t("ticket.vip")} className={classes.vip} />;
}

/** A list, a newsletter or a program sent it. */
export function AutomaticSign({ kind }: { kind: TicketRow["automatic"] }) {
  const { t } = useTranslation();
  return kind && <Icon name="gear" size={14} label={t(`ticket.automatic.${kind}`)} />;
}

/** The subject, with what was searched for marked. */
export function RowSubject({ row }: { row: Pick<TicketRow, "subject" | "match"> }) {
  return row.match ? <Marked parts={row.match.subject} /> : row.subject;
}

type RowExcerptProps = { row: Pick<TicketRow, "preview" | "match">; className?: string };

/** The first words, or where a search found its words: an excerpt, with a lock when it is a note. */
export function RowExcerpt({ row, className }: RowExcerptProps) {
  const { t } = useTranslation();
  if (!row.match) {
    return (
      <span className={className} dir={directionOf(row.preview)}>
        {row.preview}
      </span>
    );
  }
  const { kind, excerpt } = row.match;
  const text = excerpt.map((part) => part.text).join("");
  return (
    <span className={className} dir={directionOf(text)}>
      {kind === "note" && (
        <Icon name="lock" size={14} label={t("ticket.noteLabel")} className={classes.lock} />
      )}
      <Marked parts={excerpt} />
    </span>
  );
}

type RowMomentProps = { row: TicketRow; search: TicketSearch; className?: string };

/** The moment that the list is ordered by; what it is of stands in its title. */
export function RowMoment({ row, search, className }: RowMomentProps) {
  const { t } = useTranslation();
  const moment = momentOf(search);
  return (
    <RelativeTime
      at={momentAt(row, moment)}
      of={t(`tickets.column.${moment}`)}
      className={className}
    />
  );
}

/** The reader starred it. */
export function StarSign({ row }: { row: TicketRow }) {
  const { t } = useTranslation();
  return (
    row.starred && (
      <Icon name="star" size={14} label={t("ticket.starred")} className={classes.vip} />
    )
  );
}

/** What properties show at the start of a row. */
export function PropertySigns({ row }: { row: TicketRow }) {
  return propertyNames.map((name) => {
    const { RowSign } = table[name];
    return RowSign && <RowSign key={name} row={row} />;
  });
}
