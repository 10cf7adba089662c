import { queryOptions } from "@tanstack/react-query";
import { client, read } from "@/api/client";
import type { components } from "@/api/generated/schema";
import { PAGE_SIZE, pagesQuery } from "@/api/pages";

export type Signature = components["schemas"]["SignatureItem"];

export const signaturesKey = ["signatures"] as const;

/** All signatures in the order in which they were made, or one's own alone. */
export function signaturesQuery(mine: boolean) {
  return pagesQuery<Signature>([...signaturesKey, "list", mine], (cursor) =>
    read(
      client.GET("/api/v1/signatures", { params: { query: { mine, limit: PAGE_SIZE, cursor } } }),
    ),
  );
}

/** What a signature's text may name. */
export const variablesQuery = queryOptions({
  queryKey: [...signaturesKey, "variables"],
  queryFn: async () =>
    (await read(client.GET("/api/v1/signatures", { params: { query: { limit: 1 } } }))).variables,
  staleTime: Number.POSITIVE_INFINITY,
});
