import type { InfiniteData, Query, QueryClient } from "@tanstack/react-query";
import type { TicketRow } from "@/api/types";
import { ticketKeys } from "./api";
import { type ListedPage, mapRows } from "./listPages";

/** Lists come in pages, but for the short one of a requester, which is one page. */
type Kept = InfiniteData<ListedPage> | ListedPage;

/** Every list that the cache keeps, shown or not. */
export function keptLists(queryClient: QueryClient): Query[] {
  return queryClient.getQueryCache().findAll({ queryKey: ticketKeys.lists });
}

/** A list's pages; undefined before the first has come. */
export function pagesOf(query: Query): ListedPage[] | undefined {
  const kept = query.state.data as Kept | undefined;
  return kept && ("pages" in kept ? kept.pages : [kept]);
}

export function rowsOf(query: Query): TicketRow[] {
  return pagesOf(query)?.flatMap((page) => page.items) ?? [];
}

/** Replaces a list's pages; when it was fetched, and whether it is old, stays as it was. */
export function writePages(queryClient: QueryClient, query: Query, pages: ListedPage[]): void {
  const held = pagesOf(query);
  if (!held || pages.every((page, at) => page === held[at])) return;
  const { data, dataUpdatedAt, isInvalidated } = query.state;
  const kept = data as Kept;
  const next = "pages" in kept ? { ...kept, pages } : pages[0];
  queryClient.setQueryData(query.queryKey, next, { updatedAt: dataUpdatedAt });
  if (isInvalidated) query.invalidate();
}

/** Shows a ticket as read in every list. */
export function showRead(queryClient: QueryClient, number: number): void {
  for (const query of keptLists(queryClient)) {
    const pages = pagesOf(query);
    if (query.state.fetchStatus === "fetching") {
      // The answer under way may tell what was before.
      void queryClient.invalidateQueries({ queryKey: query.queryKey, exact: true });
    } else if (pages) {
      const read = mapRows(pages, number, (row) => [{ ...row, unread: false }]);
      writePages(queryClient, query, read);
    }
  }
}
