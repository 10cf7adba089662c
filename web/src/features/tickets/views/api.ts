import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useMayRead } from "@/api/access";
import { client, read, write } from "@/api/client";
import type { components } from "@/api/generated/schema";
import { viewQueryKeys, viewsQuery } from "@/api/views";
import { readersZone } from "@/lib/timeZone";

export { addView, type NewView, type View, viewQueryKeys, viewsQuery } from "@/api/views";

type Schemas = components["schemas"];
export type ViewChange = Schemas["ViewChange"];
export type LayoutChange = Schemas["ViewLayoutChange"];
export type ConditionPart = Schemas["ConditionPart"];

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

export const deleteView = (id: number) =>
  write(client.DELETE("/api/v1/views/{view_id}", { params: { path: { view_id: id } } }));

/** The views; undefined before they have come, and for who reads no tickets. */
export const useViews = () => useQuery({ ...viewsQuery, enabled: useMayRead()("tickets") }).data;
