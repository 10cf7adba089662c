import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useMayRead } from "@/api/access";
import { client, read, write } from "@/api/client";
import type { components } from "@/api/generated/schema";
import { readersZone } from "@/lib/timeZone";

type Schemas = components["schemas"];
export type View = Schemas["ViewItem"];
export type ViewChange = Schemas["ViewChange"];
export type NewView = Schemas["NewView"];
export type LayoutChange = Schemas["ViewLayoutChange"];
export type ConditionPart = Schemas["ConditionPart"];

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

/** How many tickets each view has. */
export const viewCountsQuery = queryOptions({
  queryKey: viewQueryKeys.counts,
  queryFn: async () => {
    const query = { zone: readersZone() };
    return (await read(client.GET("/api/v1/views/counts", { params: { query } }))).items;
  },
  placeholderData: keepPreviousData,
});

/** How many tickets one view has, also beyond the thousand that the rail counts to. */
export function exactCountQuery(id: number) {
  return queryOptions({
    queryKey: viewQueryKeys.exact(id),
    queryFn: () =>
      read(
        client.GET("/api/v1/views/{view_id}/count", {
          params: { path: { view_id: id }, query: { zone: readersZone() } },
        }),
      ),
  });
}

/** Whether a ticket is in a view, part by part. */
export function explainedQuery(id: number, ticket: number) {
  return queryOptions({
    queryKey: viewQueryKeys.explained(id, ticket),
    queryFn: () =>
      read(
        client.GET("/api/v1/views/{view_id}/explain", {
          params: { path: { view_id: id }, query: { ticket, zone: readersZone() } },
        }),
      ),
    retry: false,
  });
}

export const orderViews = (ids: number[]) =>
  write(client.PUT("/api/v1/views/order", { body: { ids } }));

export const layOutView = (id: number, body: LayoutChange) =>
  write(
    client.PATCH("/api/v1/views/{view_id}/layout", { params: { path: { view_id: id } }, body }),
  );

export const changeView = (id: number, body: ViewChange) =>
  write(client.PATCH("/api/v1/views/{view_id}", { params: { path: { view_id: id } }, body }));

export const addView = (body: NewView) => write(client.POST("/api/v1/views", { body }));

export const deleteView = (id: number) =>
  write(client.DELETE("/api/v1/views/{view_id}", { params: { path: { view_id: id } } }));

/** The views; undefined before they have come, and for who reads no tickets. */
export const useViews = () => useQuery({ ...viewsQuery, enabled: useMayRead()("tickets") }).data;
