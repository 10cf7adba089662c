import { queryOptions } from "@tanstack/react-query";
import { client, read, write } from "./client";
import type { components } from "./generated/schema";

export type View = components["schemas"]["ViewItem"];
export type NewView = components["schemas"]["NewView"];

const LONG_MS = 5 * 60_000;

export const viewQueryKeys = {
  list: ["views", "list"] as const,
  counts: ["views", "counts"] as const,
  exact: (id: number) => ["views", "exact", id] as const,
  explained: (id: number, ticket: number) => ["views", "explained", id, ticket] as const,
  condition: (text: string) => ["views", "condition", text] as const,
};

/** Every view that the reader sees, in their own order. */
export const viewsQuery = queryOptions({
  queryKey: viewQueryKeys.list,
  queryFn: async () => (await read(client.GET("/api/v1/views"))).items,
  staleTime: LONG_MS,
});

export const addView = (body: NewView) => write(client.POST("/api/v1/views", { body }));
