import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLayout } from "@/app/shell/paneLayout";
import { OPENS_FIELD, useKeys } from "@/lib/keyboard";
import { usePrinting } from "@/lib/printing";
import { Pane } from "@/ui/Pane";
import { EmptyState, ErrorState, Skeleton } from "@/ui/States";
import { ToastSlot } from "@/ui/ToastSlot";
import { useListCommands } from "../listCommands";
import { type Selection, type TicketList, useSelection } from "../listSections";
import { usePrefetchTicket } from "../prefetch";
import { bulkNames, table } from "../properties";
import { COSY_PX, hasTwoLines, useRowPx } from "../rowHeights";
import { BY_CATEGORY, groupedBy, type TicketSearch } from "../search";
import { useIsLeavingList, useKeysForComingTicket } from "../ticketKeys";
import { ColumnsContext, factsOf } from "../views/columns";
import { useListDensity } from "../views/listDensity";
import { columnsOf, useShownView } from "../views/shownView";
import { type BulkAction, BulkBar } from "./BulkBar";
import { CompactHead, CompactRow } from "./CompactRow";
import { wrongCondition } from "./ConditionError";
import { CosyRow } from "./CosyRow";
import { FilterBar } from "./FilterBar";
import { ListBar, PhoneListBar } from "./ListBar";
import { ListEmpty } from "./ListEmpty";
import classes from "./ListPane.module.css";
import { ListRows } from "./ListRows";
import { useListTitle } from "./listTitle";

type ListProps = { search: TicketSearch; list: TicketList };

/** The whole list: bar, filters, rows, and the bulk bar while something is chosen. */
export function ListPane({ search, list }: ListProps) {
  const { t } = useTranslation();
  const title = useListTitle(search);
  const { phone } = useLayout();
  const selection = useSelection(list.rows);
  const [bulkAction, setBulkAction] = useState<BulkAction | null>(null);
  const [cursor, setCursor] = useCursor(search, list, selection, setBulkAction);
  useListCommands(list, selection, { cursor, open: setBulkAction });
  useKeysForComingTicket(useIsLeavingList());
  return (
    <Pane as="main" label={title}>
      {phone ? (
        <PhoneListBar search={search} title={title} count={list.countText} cursor={cursor} />
      ) : (
        <ListBar search={search} title={title} count={list.countText} cursor={cursor} />
      )}
      <FilterBar search={search} error={list.error} />
      {list.corrected && (
        <p className={classes.corrected} role="status">
          {t("palette.corrected", { ...list.corrected })}
        </p>
      )}
      <ListBody
        search={search}
        list={list}
        selection={selection}
        cursor={cursor}
        onCursor={setCursor}
        phone={phone}
      />
      <div className={`${classes.foot} screen-only`}>
        <ToastSlot className={classes.toast} />
        {selection.numbers.length > 0 && (
          <BulkBar
            search={search}
            numbers={selection.numbers}
            rows={list.rows}
            action={bulkAction}
            onAction={setBulkAction}
            onClear={() => selection.setAll([])}
          />
        )}
      </div>
    </Pane>
  );
}

type ListBodyProps = ListProps & {
  selection: Selection;
  cursor: number | undefined;
  onCursor: (number: number) => void;
  phone: boolean;
};

function ListBody({ search, list, selection, cursor, onCursor, phone }: ListBodyProps) {
  const { t } = useTranslation();
  const view = useShownView(search);
  const [density] = useListDensity(view);
  const prefetch = usePrefetchTicket();
  const printing = usePrinting();
  // Columns are too narrow for paper, where a row shows all of its words.
  const compact = density === "compact" && !phone && !printing;
  const columns = columnsOf(view);
  const withFacts = factsOf(columns).length > 0;
  const rowPx = useRowPx(phone, compact, withFacts);
  if (wrongCondition(list.error)) return <UnreadCondition />;
  if (list.error) return <ErrorState error={list.error} onRetry={list.refetch} />;
  if (list.isLoading && list.rows.length === 0)
    return <Skeleton rows={14} height={compact ? 32 : COSY_PX} />;
  if (list.lines.length === 0) return <ListEmpty search={search} />;
  const withStatus = groupedBy(search) !== BY_CATEGORY && !columns.includes("status");
  return (
    <ColumnsContext value={columns}>
      {compact && (
        <CompactHead
          search={search}
          withStatus={withStatus}
          chosen={chosenOf(selection, list)}
          onAll={() =>
            selection.setAll(selection.numbers.length > 0 ? [] : list.rows.map((row) => row.number))
          }
        />
      )}
      <ListRows
        list={list}
        search={search}
        rowPx={rowPx}
        current={cursor}
        label={t("desk.tickets")}
        dense={compact}
        onFocused={onCursor}
      >
        {(row, tabIndex) =>
          compact ? (
            <CompactRow
              row={row}
              tabIndex={tabIndex}
              search={search}
              current={row.number === cursor}
              selected={selection.has(row.number)}
              withStatus={withStatus}
              onSelect={selection.toggle}
              onIntent={prefetch}
            />
          ) : (
            <CosyRow
              row={row}
              tabIndex={tabIndex}
              search={search}
              current={row.number === cursor}
              selected={selection.has(row.number)}
              twoLines={hasTwoLines(rowPx(row), withFacts)}
              onIntent={prefetch}
            />
          )
        }
      </ListRows>
    </ColumnsContext>
  );
}

/** Nothing is listed for a condition that cannot be read: what is wrong stands under its box. */
function UnreadCondition() {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon="filter"
      title={t("tickets.condition.unread")}
      hint={t("tickets.condition.unreadHint")}
    />
  );
}

function chosenOf(selection: Selection, list: TicketList): boolean | "mixed" {
  if (selection.numbers.length === 0) return false;
  return selection.numbers.length === list.rows.length ? true : "mixed";
}

const shortcuts = bulkNames.flatMap((name): [string, BulkAction][] => {
  const { shortcut } = table[name];
  return shortcut ? [[shortcut, name]] : [];
});

/** The row the keys act on: `j` and `k` move it, `x` chooses it, `a s p l` change it. */
function useCursor(
  search: TicketSearch,
  list: TicketList,
  selection: Selection,
  openList: (action: BulkAction) => void,
): readonly [number | undefined, (number: number) => void] {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [cursor, setCursor] = useState<number>();
  const at = list.rows.findIndex((row) => row.number === cursor);
  const move = (step: number) => {
    const next = list.rows[Math.max(0, Math.min(list.rows.length - 1, at + step))];
    if (next) setCursor(next.number);
  };
  const openBulk = (action: BulkAction) => () => {
    if (selection.numbers.length === 0 && cursor === undefined) return undefined;
    if (selection.numbers.length === 0 && cursor !== undefined) selection.setAll([cursor]);
    openList(action);
    return action === "resolve" ? undefined : OPENS_FIELD;
  };
  const onCurrent = (act: (number: number) => void) => () => {
    if (cursor !== undefined) act(cursor);
  };
  const open = onCurrent(
    (number) => void navigate({ to: "/desk/tickets/$number", params: { number }, search }),
  );
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: open,
    o: open,
    x: onCurrent(selection.toggle),
    // Outside of the first load.
    "*": onCurrent(
      (number) => void import("../stars").then((stars) => stars.turnStar(client, number)),
    ),
    Escape: () => selection.setAll([]),
    "mod+a": () => selection.setAll(list.rows.map((row) => row.number)),
    ...Object.fromEntries(shortcuts.map(([key, name]) => [key, openBulk(name)])),
    e: openBulk("resolve"),
  });
  return [cursor, setCursor];
}
