import { queryOptions } from "@tanstack/react-query";
import { client, read } from "@/api/client";
import { macroKeys } from "@/api/macros";
import { PAGE_SIZE, pagesQuery } from "@/api/pages";
import type { MacroSummary } from "@/api/types";

/** The macros that one sees, by folder and name, those out of use among them. */
export function macrosQuery(q: string) {
  return pagesQuery<MacroSummary>([...macroKeys.all, "list", q], (cursor) =>
    read(client.GET("/api/v1/macros", { params: { query: { q, limit: PAGE_SIZE, cursor } } })),
  );
}

/** One macro with its texts. */
export function macroQuery(id: number) {
  return queryOptions({
    queryKey: [...macroKeys.all, "one", id],
    queryFn: () =>
      read(client.GET("/api/v1/macros/{macro_id}", { params: { path: { macro_id: id } } })),
  });
}

/** The variables that a text may have. */
export const variablesQuery = queryOptions({
  queryKey: [...macroKeys.all, "variables"],
  queryFn: async () =>
    (await read(client.GET("/api/v1/macros", { params: { query: { limit: 1 } } }))).variables,
  staleTime: Number.POSITIVE_INFINITY,
});
