import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { client, read } from "@/api/client";
import type { components } from "@/api/generated/schema";
import { PAGE_SIZE, pagesQuery } from "@/api/pages";
import { bulkKeys } from "./keys";

type Schemas = components["schemas"];
export type BulkRun = Schemas["BulkRun"];
export type BulkActions = Schemas["BulkActions"];
export type BulkSearch = Schemas["BulkSearch"];
export type BulkRunRequest = Schemas["BulkRequest"];

/** A run that goes on is looked at this often, besides what live frames tell. */
const LOOK_MS = 1000;

export const isUnfinished = ({ state }: BulkRun) =>
  state === "waiting" || state === "collecting" || state === "running";

/** The bulk changes of the person signed in, newest first. */
export const runsQuery = pagesQuery<BulkRun>(bulkKeys.lists, (cursor) =>
  read(client.GET("/api/v1/bulk", { params: { query: { limit: PAGE_SIZE, cursor } } })),
);

/** What became of each ticket of a run; `changed` so that it is asked for again as the run goes on. */
export const itemsQuery = (id: number, changed: number) =>
  pagesQuery<Schemas["BulkItem"]>([...bulkKeys.run(id), "items", changed], (cursor) =>
    read(
      client.GET("/api/v1/bulk/{run_id}/tickets", {
        params: { path: { run_id: id }, query: { limit: PAGE_SIZE, cursor } },
      }),
    ),
  );

export function runQuery(id: number) {
  return queryOptions({
    queryKey: bulkKeys.run(id),
    queryFn: () => read(client.GET("/api/v1/bulk/{run_id}", { params: { path: { run_id: id } } })),
    refetchInterval: ({ state }) => (state.data && isUnfinished(state.data) ? LOOK_MS : false),
  });
}

/** What a request would come to now. */
export function previewQuery(request: BulkRunRequest, enabled: boolean) {
  return queryOptions({
    queryKey: [...bulkKeys.all, "preview", request] as const,
    queryFn: ({ signal }) => read(client.POST("/api/v1/bulk/preview", { body: request, signal })),
    enabled,
    retry: false,
  });
}

export function useBegin() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (request: BulkRunRequest) => read(client.POST("/api/v1/bulk", { body: request })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: bulkKeys.lists }),
  });
}

/** Cancels a run, or begins the one that takes it back. */
export function useRunAction(verb: "cancel" | "undo") {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => {
      const params = { path: { run_id: id } };
      return verb === "cancel"
        ? read(client.POST("/api/v1/bulk/{run_id}/cancel", { params }))
        : read(client.POST("/api/v1/bulk/{run_id}/undo", { params }));
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: bulkKeys.all }),
  });
}
