import { client, read } from "@/api/client";
import { directoryKeys } from "@/api/directory";
import type { components } from "@/api/generated/schema";
import { PAGE_SIZE, pagesQuery } from "@/api/pages";

export type ManagedTag = components["schemas"]["ManagedTag"];

const tagsKey = [...directoryKeys.tags, "managed"] as const;

/** The tags of the workspace whose name holds the words. */
export function managedTagsQuery(q: string) {
  return pagesQuery<ManagedTag>([...tagsKey, q], (cursor) =>
    read(
      client.GET("/api/v1/tags/managed", { params: { query: { q, limit: PAGE_SIZE, cursor } } }),
    ),
  );
}

/** How a tag is addressed: by its name, or by its id where the name would end the address. */
export const addressOf = ({ id, name }: ManagedTag) =>
  name.includes("/") && id !== null ? String(id) : name;
