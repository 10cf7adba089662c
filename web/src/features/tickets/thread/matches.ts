import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, read } from "@/api/client";
import { ticketKeys } from "../api";

/** Which messages of a ticket hold the words, oldest first. */
export function matchesQuery(number: number, q: string) {
  return queryOptions({
    queryKey: [...ticketKeys.matches(number), q] as const,
    queryFn: ({ signal }) =>
      read(
        client.GET("/api/v1/tickets/{number}/matches", {
          params: { path: { number }, query: { q } },
          signal,
        }),
      ),
    enabled: q !== "",
    placeholderData: keepPreviousData,
  });
}
