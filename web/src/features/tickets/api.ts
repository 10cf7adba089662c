import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryKey,
  queryOptions,
  useMutation,
} from "@tanstack/react-query";
import { client, read } from "@/api/client";
import type { StatusCategory, Ticket, TicketPage, TicketQuery } from "@/api/types";
import type { ListedPage } from "./listPages";

export const PAGE_SIZE = 50;
/** A ticket comes with so many messages at first, unless it has fewer. */
const THREAD_SIZE = 50;

/** Where the cache keeps tickets; `liveLists.ts` and `liveTickets.ts` name the same keys. */
export const ticketKeys = {
  lists: ["tickets", "list"] as const,
  groups: ["tickets", "groups"] as const,
  counts: ["tickets", "counts"] as const,
  ticket: (number: number) => ["ticket", number] as const,
  /** Parts of its thread, and what was searched for in it. */
  parts: (number: number) => ["ticket", number, "part"] as const,
  matches: (number: number) => ["ticket", number, "matches"] as const,
  history: (number: number) => ["ticket-history", number] as const,
  ofRequester: (contactId: number) => ["tickets", "list", "requester", contactId] as const,
};

/** One list, page by page; with a category only its tickets. */
export function listQuery(query: TicketQuery, category?: StatusCategory) {
  const asked: TicketQuery = category ? { ...query, category } : query;
  return infiniteQueryOptions({
    queryKey: [...ticketKeys.lists, asked] as const,
    queryFn: async ({ pageParam, signal }) =>
      listed(
        await read(
          client.GET("/api/v1/tickets", {
            params: { query: { ...asked, limit: PAGE_SIZE, cursor: pageParam } },
            signal,
          }),
        ),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

/** A page that remembers its end, for rows move while its cursor stays. */
function listed(page: TicketPage): ListedPage {
  return page.next_cursor ? { ...page, ends_with: page.items.at(-1) } : page;
}

/** What a kept list was asked with. */
export function askedOf(queryKey: QueryKey): TicketQuery {
  const [, , asked, contactId] = queryKey;
  return asked === "requester" ? ofRequester(contactId as number) : (asked as TicketQuery);
}

export const countsQuery = queryOptions({
  queryKey: ticketKeys.counts,
  queryFn: () => read(client.GET("/api/v1/tickets/counts")),
  placeholderData: keepPreviousData,
});

export function ticketQuery(number: number) {
  return queryOptions({
    queryKey: ticketKeys.ticket(number),
    // A thread goes on from where it began, or its oldest message would go with each that comes.
    queryFn: ({ signal, client: cache }) => {
      const held = cache.getQueryData<Ticket>(ticketKeys.ticket(number))?.thread ?? [];
      const ids = held.flatMap((item) => (item.type === "message" ? item.id : []));
      const query = ids.length < THREAD_SIZE ? {} : { thread_from: Math.min(...ids) };
      const params = { path: { number }, query };
      return read(client.GET("/api/v1/tickets/{number}", { params, signal }));
    },
  });
}

/** What a PATCH leaves out and is shown: the ticket's thread as it is held. */
export function threadOf(held: Ticket) {
  const { thread, thread_cursor, thread_earlier, first_message, first_unread_id } = held;
  return { thread, thread_cursor, thread_earlier, first_message, first_unread_id };
}

export function historyQuery(number: number) {
  return infiniteQueryOptions({
    queryKey: ticketKeys.history(number),
    queryFn: ({ pageParam }) =>
      read(
        client.GET("/api/v1/tickets/{number}/history", {
          params: { path: { number }, query: { cursor: pageParam } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

/** Tickets that may be the same request, and those merged into it; kept beside the ticket, so what renews it renews them. */
export function ticketLinksQuery(number: number) {
  return queryOptions({
    queryKey: [...ticketKeys.ticket(number), "links"] as const,
    queryFn: () =>
      read(client.GET("/api/v1/tickets/{number}/links", { params: { path: { number } } })),
  });
}

function ofRequester(contactId: number): TicketQuery {
  return { view: "all", requester_id: contactId, sort: "-created_at" };
}

/** Every ticket of one requester, newest first, for the panel. */
export function requesterTicketsQuery(contactId: number) {
  return queryOptions({
    queryKey: ticketKeys.ofRequester(contactId),
    queryFn: async () =>
      listed(
        await read(
          client.GET("/api/v1/tickets", {
            params: { query: { ...ofRequester(contactId), limit: 20 } },
          }),
        ),
      ),
  });
}

/** Tells the server that this person has read the ticket; failing to is not worth a word. */
export async function markRead(number: number): Promise<void> {
  await client.POST("/api/v1/tickets/{number}/read", { params: { path: { number } } });
}

/** Revokes the links that the requester was mailed to a ticket. */
export function useRevokeLinks(number: number) {
  return useMutation({
    mutationFn: () =>
      read(
        client.POST("/api/v1/tickets/{number}/portal-links/revoke", {
          params: { path: { number } },
          body: {},
        }),
      ),
  });
}

/** What may be written where the caret stands in a condition; what was asked for comes with it. */
export function completionsQuery(text: string, at: number) {
  return queryOptions({
    queryKey: ["fields", "completions", text, at] as const,
    queryFn: ({ signal }) =>
      read(
        client.GET("/api/v1/fields/completions", {
          params: { query: { q: text, at } },
          signal,
        }),
      ),
    staleTime: 30_000,
    retry: false,
  });
}
