import { getRouteApi, Outlet, useParams } from "@tanstack/react-router";
import { useLayout } from "@/app/shell/paneLayout";
import { ListPane } from "./components/ListPane";
import { ResolutionAsk } from "./components/ResolutionAsk";
import { SidePane } from "./components/SidePane";
import { useTicketList } from "./listSections";
import classes from "./TicketsScreen.module.css";
import { columnsOf, shownSearch, useShownView } from "./views/shownView";

const route = getRouteApi("/desk/tickets");

/** The list alone, or at the side of the open ticket where there is room. */
export function TicketsScreen() {
  const asked = route.useSearch();
  const view = useShownView(asked);
  const search = shownSearch(asked, view);
  const { number } = useParams({ strict: false }) as { number?: number };
  const list = useTicketList(search, columnsOf(view));
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
      <SidePane search={search} list={list} current={number} visible={listBeside} />
      <Outlet />
      <ResolutionAsk />
    </div>
  );
}
