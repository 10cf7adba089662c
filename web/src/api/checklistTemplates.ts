import { queryOptions, useQuery } from "@tanstack/react-query";
import { client, read } from "./client";

export const templateKeys = { all: ["checklist-templates"] as const };

const MOST_OFFERED = 200;

const offeredTemplatesQuery = queryOptions({
  queryKey: [...templateKeys.all, "offered"],
  queryFn: async () => {
    const query = { limit: MOST_OFFERED };
    return (await read(client.GET("/api/v1/checklist-templates", { params: { query } }))).items;
  },
});

/** The templates of checklists to choose from, empty until they are known. */
export const useTemplates = (enabled = true) =>
  useQuery({ ...offeredTemplatesQuery, enabled }).data ?? [];
