import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, read } from "@/api/client";
import type { components } from "@/api/generated/schema";
import type { TicketQuery } from "@/api/types";
import { ticketKeys } from "../api";

export type TicketGroup = components["schemas"]["TicketGroup"];

/** The groups of a list by a field, with their counts. */
export function groupsQuery(asked: TicketQuery, by: string) {
  const { sort: _sort, fields: _fields, ...list } = asked;
  const query = { ...list, by };
  return queryOptions({
    queryKey: [...ticketKeys.groups, query] as const,
    queryFn: ({ signal }) =>
      read(client.GET("/api/v1/tickets/groups", { params: { query }, signal })),
    placeholderData: (held, before) =>
      before?.queryKey[2]?.by === by ? keepPreviousData(held) : undefined,
  });
}
