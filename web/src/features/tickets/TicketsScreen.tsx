import { getRouteApi, Outlet, useParams } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useLayout } from "@/app/shell/paneLayout";
import { ListPane } from "./components/ListPane";
import { ResolutionAsk } from "./components/ResolutionAsk";
import { SidePane } from "./components/SidePane";
import { ListBeside } from "./listBeside";
import { type ListSource, type TicketList, useTicketList } from "./listSections";
import { BY_CATEGORY, groupedBy, type TicketSearch } from "./search";
import classes from "./TicketsScreen.module.css";
import { columnsOf, shownSearch, useShownView } from "./views/shownView";

/** Outside of the first load. */
const GroupedList = lazy(() => import("./groups/GroupedList"));

const route = getRouteApi("/desk/tickets");

/** The list alone, or at the side of the open ticket where there is room. */
export function TicketsScreen() {
  const asked = route.useSearch();
  const view = useShownView(asked);
  const search = shownSearch(asked, view);
  const by = groupedBy(search) ?? BY_CATEGORY;
  const columns = columnsOf(view);
  const panes = (list: TicketList) => <Panes search={search} list={list} />;
  if (by === BY_CATEGORY) {
    return (
      <PlainList search={search} columns={columns}>
        {panes}
      </PlainList>
    );
  }
  return (
    <Suspense>
      <GroupedList search={search} columns={columns} by={by}>
        {panes}
      </GroupedList>
    </Suspense>
  );
}

function PlainList({ search, columns, children }: ListSource) {
  return children(useTicketList(search, columns));
}

function Panes({ search, list }: { search: TicketSearch; list: TicketList }) {
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
