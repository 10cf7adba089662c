import { queryOptions } from "@tanstack/react-query";
import { client, read } from "@/api/client";
import type { components } from "@/api/generated/schema";

type Schemas = components["schemas"];
export type Calendar = Schemas["Calendar"];
export type Week = Schemas["Week"];
export type Span = Schemas["Span"];
export type SpecialDay = Schemas["SpecialDay"];
export type PreviewedCalendar = Schemas["PreviewedCalendar"];

export const calendarsKey = ["calendars"] as const;

/** The calendars by name. */
export const calendarsQuery = queryOptions({
  queryKey: [...calendarsKey, "all"],
  queryFn: async () => (await read(client.GET("/api/v1/calendars"))).items,
});

/** The countries and regions whose public holidays are known. */
export const countriesQuery = queryOptions({
  queryKey: [...calendarsKey, "countries"],
  queryFn: async () => (await read(client.GET("/api/v1/calendars/countries"))).items,
  staleTime: Number.POSITIVE_INFINITY,
});

/** What a calendar means that is being edited. */
export function previewQuery(body: PreviewedCalendar) {
  return queryOptions({
    queryKey: [...calendarsKey, "preview", body],
    queryFn: () => read(client.POST("/api/v1/calendars/preview", { body })),
    retry: false,
  });
}
