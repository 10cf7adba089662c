import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, read } from "./client";
import type { MacroSummary } from "./types";

export const macroKeys = { all: ["macros"] as const };

/** So many are offered while a name is typed; further letters find the others. */
const OFFERED = 20;

/** The macros in use that fit a ticket and hold the words, one's most used first. */
export function offeredMacrosQuery(ticket: number, q: string) {
  return queryOptions({
    queryKey: [...macroKeys.all, "offered", ticket, q],
    queryFn: async ({ signal }): Promise<MacroSummary[]> => {
      const query = { ticket, q, limit: OFFERED };
      return (await read(client.GET("/api/v1/macros", { params: { query }, signal }))).items;
    },
    placeholderData: keepPreviousData,
    retry: false,
  });
}

/** What a macro would do to a ticket: its text filled in, and its actions. */
export function previewMacro(id: number, ticket: number) {
  return read(
    client.POST("/api/v1/macros/{macro_id}/preview", {
      params: { path: { macro_id: id } },
      body: { ticket },
    }),
  );
}
