import { Link } from "@tanstack/react-router";
import type { TicketRow } from "@/api/types";
import { directionOf } from "@/lib/direction";
import { PriorityIcon, StatusIcon } from "@/ui/TicketIcons";
import { BY_CATEGORY, groupedBy, type TicketSearch } from "../search";
import { SnoozeSign } from "../snooze";
import { factsOf, useColumns } from "../views/columns";
import { ColumnFacts } from "../views/lazyColumns";
import classes from "./CosyRow.module.css";
import {
  AssigneeSign,
  AssigneeWords,
  AutomaticSign,
  RowExcerpt,
  RowMoment,
  RowSubject,
  StarSign,
  UnreadMark,
  VipSign,
} from "./rowParts";

type CosyRowProps = {
  row: TicketRow;
  tabIndex: 0 | -1;
  search: TicketSearch;
  current: boolean;
  selected?: boolean;
  /** The subject has room for two lines, on a phone. */
  twoLines?: boolean;
  onIntent: (number: number) => void;
};

/** A ticket in three lines: who and when, the subject, the first words; a fourth has the chosen columns. */
export function CosyRow(props: CosyRowProps) {
  const { row, tabIndex, search, current, selected = false, twoLines = false, onIntent } = props;
  const facts = factsOf(useColumns());
  return (
    <Link
      to="/desk/tickets/$number"
      params={{ number: row.number }}
      search={search}
      preload={false}
      tabIndex={tabIndex}
      className={classes.row}
      data-unread={row.unread || undefined}
      data-current={current || undefined}
      data-selected={selected || undefined}
      data-two-lines={twoLines || undefined}
      aria-current={current ? "true" : undefined}
      onMouseEnter={() => onIntent(row.number)}
    >
      <div className={`${classes.who} cut`}>
        {row.requester.vip && <VipSign />}
        <bdi className="cut">{row.requester.name}</bdi>
        <span className={classes.number}>#{row.number}</span>
      </div>
      <RowMoment row={row} search={search} className={classes.time} />
      <div className={`${classes.subject} cut`} data-whole dir={directionOf(row.subject)}>
        <RowSubject row={row} />
        <UnreadMark unread={row.unread} />
      </div>
      <RowExcerpt row={row} className={`${classes.preview} cut`} />
      <div className={classes.end}>
        {groupedBy(search) !== BY_CATEGORY && (
          <StatusIcon
            category={row.status.category}
            color={row.status.color}
            label={row.status.name}
          />
        )}
        <AutomaticSign kind={row.automatic} />
        <StarSign row={row} />
        <SnoozeSign row={row} />
        <PriorityIcon priority={row.priority} />
        <AssigneeSign assignee={row.assignee} />
        <AssigneeWords assignee={row.assignee} />
      </div>
      {facts.length > 0 && (
        <div className={classes.facts}>
          <ColumnFacts columns={facts} row={row} />
        </div>
      )}
    </Link>
  );
}
