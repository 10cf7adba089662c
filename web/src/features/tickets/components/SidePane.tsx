import { useTranslation } from "react-i18next";
import { Bar, BarTitle, Pane } from "@/ui/Pane";
import { ErrorState, Skeleton } from "@/ui/States";
import { ToastSlot } from "@/ui/ToastSlot";
import type { TicketList } from "../listSections";
import { usePrefetchTicket } from "../prefetch";
import { COSY_PX, cosyRowPx } from "../rowHeights";
import type { TicketSearch } from "../search";
import { ColumnsContext, factsOf } from "../views/columns";
import { columnsOf, useShownView } from "../views/shownView";
import { CosyRow } from "./CosyRow";
import { SortMenu } from "./ListBar";
import { ListEmpty } from "./ListEmpty";
import { ListRows } from "./ListRows";
import { useListTitle } from "./listTitle";

type SidePaneProps = {
  search: TicketSearch;
  list: TicketList;
  /** The open ticket. */
  current: number;
};

/** The list beside the open ticket. */
export function SidePane({ search, list, current }: SidePaneProps) {
  const { t } = useTranslation();
  const title = useListTitle(search);
  const prefetch = usePrefetchTicket();
  const columns = columnsOf(useShownView(search));
  return (
    <Pane label={title} className="screen-only">
      <Bar>
        <BarTitle count={list.countText}>{title}</BarTitle>
        <span className="grow" />
        <SortMenu search={search} />
      </Bar>
      {list.error && <ErrorState error={list.error} onRetry={list.refetch} />}
      {list.isLoading && list.rows.length === 0 && <Skeleton rows={10} height={COSY_PX} />}
      {!list.isLoading && !list.error && list.lines.length === 0 && <ListEmpty search={search} />}
      {list.lines.length > 0 && (
        <ColumnsContext value={columns}>
          <ListRows
            list={list}
            search={search}
            rowPx={cosyRowPx(factsOf(columns).length > 0)}
            current={current}
            label={t("desk.tickets")}
          >
            {(row, tabIndex) => (
              <CosyRow
                row={row}
                tabIndex={tabIndex}
                search={search}
                current={row.number === current}
                onIntent={prefetch}
              />
            )}
          </ListRows>
        </ColumnsContext>
      )}
      <ToastSlot />
    </Pane>
  );
}
