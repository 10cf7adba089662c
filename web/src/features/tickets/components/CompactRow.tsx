import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { TicketRow } from "@/api/types";
import { directionOf } from "@/lib/direction";
import { CheckBox } from "@/ui/CheckBox";
import { RelativeTime } from "@/ui/RelativeTime";
import { PriorityIcon, StatusIcon, Tag } from "@/ui/Signs";
import type { TicketSearch } from "../search";
import classes from "./CompactRow.module.css";
import { AssigneeSign, AssigneeWords, UnreadMark } from "./rowParts";

const SHOWN_TAGS = 2;

type CompactRowProps = {
  row: TicketRow;
  tabIndex: 0 | -1;
  search: TicketSearch;
  current: boolean;
  selected: boolean;
  /** Drawn when the list is not grouped by it. */
  withStatus: boolean;
  onSelect: (number: number) => void;
  onIntent: (number: number) => void;
};

/** A ticket in one line of the full list. */
export function CompactRow(props: CompactRowProps) {
  const { row, tabIndex, search, current, selected, withStatus, onSelect, onIntent } = props;
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hovering only prefetches
    <div
      className={classes.row}
      data-unread={row.unread || undefined}
      data-current={current || undefined}
      data-selected={selected || undefined}
      onMouseEnter={() => onIntent(row.number)}
    >
      <CheckBox
        checked={selected}
        onChange={() => onSelect(row.number)}
        label={t("tickets.select", { number: String(row.number) })}
        tabIndex={-1}
      />
      <span className={classes.number}>{row.number}</span>
      <span className={classes.signs}>
        {withStatus && <StatusIcon category={row.status.category} label={row.status.name} />}
        <PriorityIcon priority={row.priority} />
      </span>
      <Link
        to="/desk/tickets/$number"
        params={{ number: row.number }}
        search={search}
        preload={false}
        tabIndex={tabIndex}
        className={classes.subject}
        aria-current={current ? "true" : undefined}
      >
        <b className="cut" dir={directionOf(row.subject)}>
          {row.subject}
          <UnreadMark unread={row.unread} />
        </b>
        <span className={`${classes.preview} cut`} dir={directionOf(row.preview)}>
          {row.preview}
        </span>
        <AssigneeWords assignee={row.assignee} />
      </Link>
      <span className={classes.tags}>
        {row.tags.slice(0, SHOWN_TAGS).map((tag) => (
          <Tag key={tag}>{tag}</Tag>
        ))}
      </span>
      <bdi className={`${classes.requester} cut`}>{row.requester.name}</bdi>
      <AssigneeSign assignee={row.assignee} />
      <RelativeTime at={row.last_message_at ?? row.created_at} className={classes.time} />
    </div>
  );
}

type CompactHeadProps = {
  withStatus: boolean;
  chosen: boolean | "mixed";
  /** Chooses every loaded ticket, or none. */
  onAll: () => void;
};

/** The names of the columns, over the rows. */
export function CompactHead({ withStatus, chosen, onAll }: CompactHeadProps) {
  const { t } = useTranslation();
  return (
    <div className={`${classes.row} ${classes.head}`}>
      <CheckBox checked={chosen} onChange={onAll} label={t("tickets.selectAll")} />
      <span>{t("tickets.column.number")}</span>
      <span className={withStatus ? classes.twoSigns : undefined} />
      <span className="grow">{t("tickets.column.subject")}</span>
      <span />
      <span>{t("tickets.column.requester")}</span>
      <span />
      <span className={classes.time}>{t("tickets.column.age")}</span>
    </div>
  );
}
