import { queryOptions } from "@tanstack/react-query";
import { client, read } from "./client";
import type { components } from "./generated/schema";

type Schemas = components["schemas"];
export type Form = Schemas["Form"];
export type OfferedForm = Schemas["OfferedForm"];
export type OfferedField = Schemas["OfferedField"];
export type FormCondition = NonNullable<OfferedField["shown_when"]>;

export const formsKey = ["forms"] as const;

/** Every form in order, retired ones among them. */
export const formsQuery = queryOptions({
  queryKey: [...formsKey, "all"],
  queryFn: async () => (await read(client.GET("/api/v1/forms"))).items,
  staleTime: 5 * 60_000,
});

/** The forms that the desk offers for a new ticket. */
export const offeredFormsQuery = queryOptions({
  queryKey: [...formsKey, "offered"],
  queryFn: async () => (await read(client.GET("/api/v1/forms/offered"))).items,
  staleTime: 5 * 60_000,
});
