import { queryOptions } from "@tanstack/react-query";
import { client, read } from "@/api/client";
import type { components } from "@/api/generated/schema";

type Schemas = components["schemas"];
export type Layout = Schemas["LayoutItem"];
export type LayoutTexts = Schemas["LayoutTexts"];

export const layoutsKey = ["mail-layouts"] as const;

export const layoutsQuery = queryOptions({
  queryKey: layoutsKey,
  queryFn: () => read(client.GET("/api/v1/mail-layouts")),
});
