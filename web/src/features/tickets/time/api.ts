import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { client, read } from "@/api/client";
import type { components } from "@/api/generated/schema";
import { PAGE_SIZE, pagesQuery } from "@/api/pages";
import { asProblem } from "@/api/problem";
import { toast } from "@/lib/toast";

export type TimeEntry = components["schemas"]["TimeEntry"];
export type Timer = components["schemas"]["Timer"];
export type TimeActivity = components["schemas"]["TimeActivity"];
export type TimeTotal = components["schemas"]["TimeTotal"];
export type TimeVersion = components["schemas"]["TimeEntryVersion"];
export const groupings = ["agent", "ticket", "organization", "day", "activity"] as const;
export type GroupedBy = (typeof groupings)[number];
export type DayRange = { from: string; to: string; zone: string };

export const timeKeys = {
  all: ["time"] as const,
  ofTicket: (number: number) => ["time", "ticket", number] as const,
  timers: ["time", "timers"] as const,
  totals: ["time", "totals"] as const,
  activities: ["time-activities"] as const,
};

/** The time of a ticket, page by page; each page has the sums of all and the reader's timer. */
export function ticketTimeQuery(number: number) {
  return infiniteQueryOptions({
    queryKey: timeKeys.ofTicket(number),
    queryFn: ({ pageParam }) =>
      read(
        client.GET("/api/v1/tickets/{number}/time-entries", {
          params: { path: { number }, query: { limit: 10, cursor: pageParam } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

export const timersQuery = queryOptions({
  queryKey: timeKeys.timers,
  queryFn: async () => (await read(client.GET("/api/v1/timers"))).items,
  staleTime: 0,
});

export const activitiesQuery = queryOptions({
  queryKey: timeKeys.activities,
  queryFn: async () => (await read(client.GET("/api/v1/time-activities"))).items,
});

export function versionsQuery(entry_id: number) {
  return queryOptions({
    queryKey: ["time", "versions", entry_id] as const,
    queryFn: async () =>
      (
        await read(
          client.GET("/api/v1/time-entries/{entry_id}/history", { params: { path: { entry_id } } }),
        )
      ).items,
  });
}

/** The sums of each group, page by page. */
export function totalsQuery(by: GroupedBy, range: DayRange) {
  return pagesQuery<TimeTotal>([...timeKeys.totals, by, range], (cursor) =>
    read(
      client.GET("/api/v1/time-entries/totals", {
        params: { query: { by, ...range, limit: PAGE_SIZE, cursor } },
      }),
    ),
  );
}

/** The sums of everything in the range. */
export function sumQuery(range: DayRange) {
  return queryOptions({
    queryKey: [...timeKeys.totals, "sum", range] as const,
    queryFn: () =>
      read(
        client.GET("/api/v1/time-entries/totals", {
          params: { query: { by: "day", ...range, limit: 1 } },
        }),
      ),
  });
}

/** Starts, pauses or discards the reader's timer on a ticket. */
export function useTimer(number: number) {
  const queryClient = useQueryClient();
  const params = { path: { number } };
  return useMutation({
    mutationFn: async (wanted: "run" | "pause" | "discard") => {
      if (wanted === "discard") {
        await read(client.DELETE("/api/v1/tickets/{number}/timer", { params }));
      } else {
        const body = { running: wanted === "run" };
        await read(client.PUT("/api/v1/tickets/{number}/timer", { params, body }));
      }
    },
    onError: (error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: timeKeys.all }),
  });
}
