import { queryOptions } from "@tanstack/react-query";
import { client, read } from "@/api/client";
import type { components } from "@/api/generated/schema";
import { PAGE_SIZE, pagesQuery } from "@/api/pages";

type Schemas = components["schemas"];
export type Absence = Schemas["AbsenceItem"];

export const absencesKey = ["absences"] as const;

/** Who is away now or later, those that are back first before the others. */
export function absencesQuery() {
  return pagesQuery<Absence>([...absencesKey, "list"], (cursor) =>
    read(client.GET("/api/v1/absences", { params: { query: { limit: PAGE_SIZE, cursor } } })),
  );
}

/** A person's absence that has not ended, null without one. */
export const nextAbsenceQuery = (person_id: number) =>
  queryOptions({
    queryKey: [...absencesKey, "of", person_id],
    queryFn: async () => {
      const query = { person_id, limit: 1 };
      const page = await read(client.GET("/api/v1/absences", { params: { query } }));
      return page.items[0] ?? null;
    },
  });
