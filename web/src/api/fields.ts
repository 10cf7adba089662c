import { queryOptions } from "@tanstack/react-query";
import { client, read } from "./client";
import type { components } from "./generated/schema";

export type Field = components["schemas"]["FieldItem"];

/** The fields that conditions know, with their operators. */
export const fieldsQuery = queryOptions({
  queryKey: ["fields", "list"] as const,
  queryFn: async () => (await read(client.GET("/api/v1/fields"))).items,
  staleTime: 5 * 60_000,
});
