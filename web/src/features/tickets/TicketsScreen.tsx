import { getRouteApi, Outlet, useParams } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import { useLayout } from "@/app/shell/paneLayout";
import { ListPane } from "./components/ListPane";
import { ResolutionAsk } from "./components/ResolutionAsk";
import { SidePane } from "./components/SidePane";
import { ListBeside } from "./listBeside";
import { type ShownList, type TicketList, useTicketList } from "./listSections";
import { BY_CATEGORY, groupedBy } from "./search";
import classes from "./TicketsScreen.module.css";
import { columnsOf, shownSearch, useShownView } from "./views/shownView";

/** Outside of the first load. */
const GroupedList = lazy(() => import("./groups/GroupedList"));

const route = getRouteApi("/desk/tickets");

/** What is shown of groups before the first have come. */
const COMING: TicketList = {
  lines: [],
  rows: [],
  countText: "",
  corrected: undefined,
  isLoading: true,
  error: null,
  refetch: () => {},
  toggleGroup: () => {},
};

/**
 * The list alone, or at the side of the open ticket where there is room. The panes keep their place
 * whichever kind of list they show: what is written and chosen in them stays when another comes.
 */
export function TicketsScreen() {
  const asked = route.useSearch();
  const view = useShownView(asked);
  const search = useMemo(() => shownSearch(asked, view), [asked, view]);
  const columns = columnsOf(view);
  const by = groupedBy(search) ?? BY_CATEGORY;
  const isPlain = by === BY_CATEGORY;
  const plain = useTicketList(search, columns, isPlain);
  const [grouped, setGrouped] = useState<ShownList | null>(null);
  const shown = isPlain ? { search, list: plain } : (grouped ?? { search, list: COMING });
  return (
    <>
      {!isPlain && (
        <Suspense>
          <GroupedList search={search} columns={columns} by={by} onList={setGrouped} />
        </Suspense>
      )}
      <Panes search={shown.search} list={shown.list} />
    </>
  );
}

function Panes({ search, list }: ShownList) {
  const { number } = useParams({ strict: false }) as { number?: number };
  const { listBeside } = useLayout();
  if (number === undefined) {
    return (
      <>
        <ListPane search={search} list={list} />
        <ResolutionAsk />
      </>
    );
  }
  return (
    <div className={listBeside ? classes.beside : classes.alone}>
      {listBeside && <SidePane search={search} list={list} current={number} />}
      <ListBeside value={{ search, list }}>
        <Outlet />
      </ListBeside>
      <ResolutionAsk />
    </div>
  );
}
