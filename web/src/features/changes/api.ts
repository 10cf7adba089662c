import { client, read } from "@/api/client";
import type { components } from "@/api/generated/schema";
import { PAGE_SIZE, pagesQuery } from "@/api/pages";

export type Change = components["schemas"]["Change"];

export const changesKey = ["changes"] as const;

/** Every change that the person signed in may see, newest first. */
export const changesQuery = pagesQuery<Change>(changesKey, (cursor) =>
  read(client.GET("/api/v1/changes", { params: { query: { limit: PAGE_SIZE, cursor } } })),
);
