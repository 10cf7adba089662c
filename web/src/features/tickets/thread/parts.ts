import { type QueryClient, queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { client, read } from "@/api/client";
import type { MessageItem, ThreadItem, Ticket } from "@/api/types";
import { ticketKeys } from "../api";
import { type Gap, type LoadedPart, type PartBounds, type Segment, segmentsOf } from "./segments";

/** Few enough that their frames and menus are drawn without holding up the scrolling. */
const PART_MESSAGES = 25;
/** As many as the server gives at once. */
export const MOST_OF_A_PART = 200;

/** Which side of a gap grows: its beginning, its end, or both sides of one message in it. */
export type Growth = "start" | "end" | { around: number };

/** Which parts of a thread are loaded; their messages are kept apart, each part by its bounds. */
function loadedQuery(queryClient: QueryClient, number: number) {
  const queryKey = ["ticket-parts", number] as const;
  return queryOptions({
    queryKey,
    queryFn: () => queryClient.getQueryData<LoadedPart[]>(queryKey) ?? [],
    initialData: [] as LoadedPart[],
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** The messages of one part; what renews the ticket renews them where they are shown. */
export function partQuery(number: number, { after, before }: PartBounds) {
  return queryOptions({
    queryKey: [...ticketKeys.parts(number), after, before] as const,
    queryFn: ({ signal }) => readPart(number, { after, before, limit: MOST_OF_A_PART }, signal),
  });
}

type Asked = Partial<PartBounds> & { around?: number; limit: number };

function readPart(number: number, query: Asked, signal?: AbortSignal) {
  const params = { path: { number }, query };
  return read(client.GET("/api/v1/tickets/{number}/thread", { params, signal }));
}

/** Loads messages of a gap; what they leave of it stays a gap. */
export async function loadPart(
  queryClient: QueryClient,
  number: number,
  gap: Gap,
  growth: Growth,
  limit = PART_MESSAGES,
): Promise<void> {
  const { after, before, count } = gap;
  const page = await readPart(number, askedOf(gap, growth, limit));
  const { queryKey } = loadedQuery(queryClient, number);
  const [first, last] = [page.items.at(0), page.items.at(-1)];
  if (!first || !last) {
    // The gap was one no longer: what is known of the parts is old.
    queryClient.setQueryData(queryKey, []);
    await queryClient.invalidateQueries({ queryKey: ticketKeys.ticket(number) });
    return;
  }
  const whole = page.items.length >= count;
  const bounds = {
    after: growth === "start" || whole ? after : first.id - 1,
    before: growth === "end" || whole ? before : last.id + 1,
  };
  queryClient.setQueryData(partQuery(number, bounds).queryKey, page);
  const part = { ...bounds, earlier: page.earlier, count: page.items.length };
  queryClient.setQueryData<LoadedPart[]>(queryKey, (held = []) => [...held, part]);
}

function askedOf({ after, before, count }: Gap, growth: Growth, limit: number): Asked {
  if (growth === "start") return { after, limit: Math.min(limit, count) };
  if (growth === "end") return { after, before, limit };
  return { after, before, limit, around: growth.around };
}

/** What stands before the newest part of a ticket's thread. */
export function useSegments(ticket: Ticket): Segment[] {
  const queryClient = useQueryClient();
  const { data } = useQuery(loadedQuery(queryClient, ticket.number));
  return useMemo(
    () =>
      segmentsOf(
        ticket,
        data.map((part) => asItIs(queryClient, ticket.number, part)),
      ),
    [queryClient, ticket, data],
  );
}

/** All messages of a thread that are loaded, oldest first, and the way to those before the newest. */
export function useLoadedMessages(ticket: Ticket) {
  const queryClient = useQueryClient();
  const segments = useSegments(ticket);
  const items = segments.flatMap((one): readonly ThreadItem[] => {
    if (one.kind === "first") return [one.message];
    if (one.kind === "gap") return [];
    return queryClient.getQueryData(partQuery(ticket.number, one.part).queryKey)?.items ?? [];
  });
  const gap = segments.findLast((one) => one.kind === "gap");
  return {
    messages: [...items, ...ticket.thread].filter(
      (item): item is MessageItem => item.type === "message",
    ),
    loadEarlier:
      gap?.kind === "gap" ? () => loadPart(queryClient, ticket.number, gap.gap, "end") : undefined,
  };
}

/** What is cut off the thread now, read outside of the page. */
export function heldSegments(queryClient: QueryClient, ticket: Ticket): Segment[] {
  const held = queryClient.getQueryData(loadedQuery(queryClient, ticket.number).queryKey) ?? [];
  return segmentsOf(
    ticket,
    held.map((part) => asItIs(queryClient, ticket.number, part)),
  );
}

/** A part that was fetched again may have other messages, and others before it. */
function asItIs(queryClient: QueryClient, number: number, part: LoadedPart): LoadedPart {
  const page = queryClient.getQueryData(partQuery(number, part).queryKey);
  return page ? { ...part, earlier: page.earlier, count: page.items.length } : part;
}
