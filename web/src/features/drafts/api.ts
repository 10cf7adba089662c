import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, read } from "@/api/client";
import type { components } from "@/api/generated/schema";
import { PAGE_SIZE, pagesQuery } from "@/api/pages";

export type DraftRow = components["schemas"]["DraftRow"];

const keys = { lists: ["drafts", "list"] as const };

/** The reader's drafts on all tickets, or their trash, the last written first. */
export function draftsQuery(discarded: boolean) {
  return {
    ...pagesQuery<DraftRow>([...keys.lists, discarded], (cursor) =>
      read(
        client.GET("/api/v1/drafts", {
          params: { query: { discarded, limit: PAGE_SIZE, cursor } },
        }),
      ),
    ),
    // Each key in a composer alters them, which no frame tells.
    staleTime: 0,
  };
}

/** Takes a draft out of the trash. */
export function useRestoreDraft() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (draft_id: number) =>
      read(client.POST("/api/v1/drafts/{draft_id}/restore", { params: { path: { draft_id } } })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["drafts"] }),
  });
}
