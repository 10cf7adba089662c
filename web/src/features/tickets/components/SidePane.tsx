import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useCommands } from "@/lib/commands";
import { Bar, BarTitle, Pane } from "@/ui/Pane";
import { ErrorState, Skeleton } from "@/ui/States";
import { ToastSlot } from "@/ui/ToastSlot";
import type { TicketList } from "../listSections";
import { usePrefetchTicket } from "../prefetch";
import { COSY_PX, cosyPx } from "../rowHeights";
import type { TicketSearch } from "../search";
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
  /** Keys go on working where there is no room to show it. */
  visible: boolean;
};

/** The list beside the open ticket; `j` and `k` open the next and the one before. */
export function SidePane({ search, list, current, visible }: SidePaneProps) {
  const { t } = useTranslation();
  const title = useListTitle(search);
  const prefetch = usePrefetchTicket();
  useNeighbours(search, list, current, title);
  if (!visible) return null;
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
        <ListRows
          list={list}
          search={search}
          rowPx={cosyPx}
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
      )}
      <ToastSlot />
    </Pane>
  );
}

function useNeighbours(search: TicketSearch, list: TicketList, current: number, title: string) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const at = list.rows.findIndex((row) => row.number === current);
  const go = (step: number) => () => {
    const next = list.rows[at < 0 ? 0 : at + step];
    if (next) {
      void navigate({
        to: "/desk/tickets/$number",
        params: { number: next.number },
        search,
        replace: true,
      });
    }
  };
  const back = () => void navigate({ to: "/desk/tickets", search });
  useCommands({
    title,
    commands: [
      { id: "next", icon: "down", label: t("command.next"), key: "j", run: go(1) },
      { id: "previous", icon: "up", label: t("command.previous"), key: "k", run: go(-1) },
      { id: "back", icon: "left", label: t("command.back"), key: "u", run: back },
    ],
  });
}
