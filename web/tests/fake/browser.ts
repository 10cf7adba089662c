import { InfiniteQueryObserver, QueryObserver } from "@tanstack/react-query";
import { vi } from "vitest";
import { staffQuery } from "@/api/directory";
import type { TicketQuery, TicketRow } from "@/api/types";
import { features } from "@/app/features";
import { Refresher } from "@/app/live/refresher";
import { createQueryClient } from "@/app/queryClient";
import { countsQuery, listQuery } from "@/features/tickets/api";
import { staff } from "./people";
import type { StormDesk } from "./storm";

const ME = 1;
let stops: (() => void)[] = [];

/** A browser that shows lists and counts of a desk, without screens; timers must be fake. */
export async function openBrowser(desk: StormDesk, asked: TicketQuery[], pages = 1) {
  vi.stubGlobal("fetch", (request: Request) => desk.handle(request));
  const queryClient = createQueryClient();
  queryClient.setQueryData(staffQuery.queryKey, staff);
  const refresher = new Refresher(features, queryClient, ME);
  const lists = asked.map((query) => new InfiniteQueryObserver(queryClient, listQuery(query)));
  const leaves = lists.map((list) => list.subscribe(() => {}));
  const counts = new QueryObserver(queryClient, countsQuery);
  stops.push(
    ...leaves,
    counts.subscribe(() => {}),
    () => refresher.stop(),
  );
  await vi.advanceTimersByTimeAsync(1_000);
  for (let page = 1; page < pages; page += 1) {
    for (const list of lists) void list.fetchNextPage();
    await vi.advanceTimersByTimeAsync(1_000);
  }
  desk.requests.length = 0;
  const rows = (at = 0): TicketRow[] =>
    lists[at]?.getCurrentResult().data?.pages.flatMap((page) => page.items) ?? [];
  const hasMore = (at = 0) => lists[at]?.getCurrentResult().hasNextPage ?? false;
  return { refresher, queryClient, lists, rows, hasMore, leave: (at = 0) => leaves[at]?.() };
}

/** Ends what `openBrowser` began. */
export function closeBrowsers(): void {
  for (const stop of stops) stop();
  stops = [];
}
