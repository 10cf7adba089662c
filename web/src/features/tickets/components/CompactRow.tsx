import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { TicketRow } from "@/api/types";
import { directionOf } from "@/lib/direction";
import { CheckBox } from "@/ui/CheckBox";
import { Icon } from "@/ui/Icon";
import { StatusIcon, Tag } from "@/ui/TicketIcons";
import { momentOf, orderOf, turned } from "../listOrder";
import type { TicketSearch } from "../search";
import { useSortWord } from "../sortWords";
import { columnsStyle, useColumns } from "../views/columns";
import { ColumnCells, ColumnHeads } from "../views/lazyColumns";
import { sortOf, useShownView } from "../views/shownView";
import classes from "./CompactRow.module.css";
import {
  AssigneeSign,
  AssigneeWords,
  AutomaticSign,
  PropertySigns,
  RowExcerpt,
  RowMoment,
  RowSubject,
  StarSign,
  UnreadMark,
  VipSign,
} from "./rowParts";

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
  const columns = useColumns();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hovering only prefetches
    <div
      className={classes.row}
      data-columns={columns.length > 0 || undefined}
      style={columnsStyle(columns)}
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
        {withStatus && (
          <StatusIcon
            category={row.status.category}
            color={row.status.color}
            label={row.status.name}
          />
        )}
        <StarSign row={row} />
        <PropertySigns row={row} />
        <AutomaticSign kind={row.automatic} />
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
        <b className="cut" data-whole dir={directionOf(row.subject)}>
          <RowSubject row={row} />
          <UnreadMark unread={row.unread} />
        </b>
        <RowExcerpt row={row} className={`${classes.preview} cut`} />
        <AssigneeWords assignee={row.assignee} />
      </Link>
      {columns.length > 0 ? (
        <ColumnCells columns={columns} row={row} />
      ) : (
        <>
          <span className={classes.tags}>
            {row.tags.slice(0, SHOWN_TAGS).map((tag) => (
              <Tag key={tag}>{tag}</Tag>
            ))}
          </span>
          <span className={`${classes.requester} cut`}>
            {row.requester.vip && <VipSign />}
            <bdi>{row.requester.name}</bdi>
          </span>
          <AssigneeSign assignee={row.assignee} />
        </>
      )}
      <RowMoment row={row} search={search} className={classes.time} />
    </div>
  );
}

type CompactHeadProps = {
  search: TicketSearch;
  withStatus: boolean;
  chosen: boolean | "mixed";
  /** Chooses every loaded ticket, or none. */
  onAll: () => void;
};

/** The names of the columns, over the rows; the one that orders them says so. */
export function CompactHead({ search, withStatus, chosen, onAll }: CompactHeadProps) {
  const { t } = useTranslation();
  const columns = useColumns();
  return (
    <div
      className={`${classes.row} ${classes.head}`}
      data-columns={columns.length > 0 || undefined}
      style={columnsStyle(columns)}
    >
      <CheckBox checked={chosen} onChange={onAll} label={t("tickets.selectAll")} />
      <span>{t("tickets.column.number")}</span>
      <span className={withStatus ? classes.twoSigns : undefined}>
        {orderOf(search) === "-priority" && (
          <Icon name="down" size={14} label={t("tickets.sort.-priority")} />
        )}
      </span>
      <span className="grow">{t("tickets.column.subject")}</span>
      {columns.length > 0 ? (
        <ColumnHeads columns={columns} order={orderOf(search)} />
      ) : (
        <>
          <span />
          <span>{t("tickets.column.requester")}</span>
          <span />
        </>
      )}
      <MomentHead search={search} />
    </div>
  );
}

/** Names the moment that the rows show and are ordered by; a click turns the order round. */
function MomentHead({ search }: { search: TicketSearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const other = turned(search);
  const usual = sortOf(useShownView(search));
  const name = t(`tickets.column.${momentOf(search)}`);
  const order = orderOf(search);
  const wordOf = useSortWord([order]);
  if (other === null) return <span className={classes.time}>{name}</span>;
  const turn = () =>
    void navigate({
      to: "/desk/tickets",
      search: { ...search, sort: other === usual ? undefined : other },
      replace: true,
    });
  return (
    <button type="button" className={classes.order} onClick={turn}>
      {name}
      <Icon name={order.startsWith("-") ? "down" : "up"} size={14} label={wordOf(order)} />
    </button>
  );
}
