import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import type { components } from "@/api/generated/schema";
import { asProblem } from "@/api/problem";
import { useUndo } from "@/api/undo";
import { toast } from "@/lib/toast";
import { ticketKeys } from "./api";

export type Relation = components["schemas"]["Relation"];
export type LinkKind = components["schemas"]["LinkInput"]["kind"];

/** In the order in which a ticket shows them. */
export const linkKinds = [
  "parent",
  "child",
  "problem",
  "incident",
  "duplicate_of",
  "duplicate",
  "related",
] as const satisfies readonly LinkKind[];

/** Links the ticket to another, with an undo. */
export function useLink(number: number, onDone: () => void) {
  const { t } = useTranslation();
  const settled = useRenewLinks(number);
  const { offer } = useUndo();
  return useMutation({
    mutationFn: (body: { number: number; kind: LinkKind }) =>
      write(client.POST("/api/v1/tickets/{number}/links", { params: { path: { number } }, body })),
    onSuccess: ({ changeId }, other) => {
      onDone();
      const numbers = { number: String(number), other: String(other.number) };
      if (changeId !== null) offer({ changeId, message: t("links.done", numbers) });
    },
    onError: (error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    onSettled: (_answer, _error, other) => settled(other.number),
  });
}

/** Removes a link of the ticket, with an undo. */
export function useUnlink(number: number) {
  const { t } = useTranslation();
  const settled = useRenewLinks(number);
  const { offer } = useUndo();
  return useMutation({
    mutationFn: (link: Relation) =>
      write(
        client.DELETE("/api/v1/tickets/{number}/links/{relation_id}", {
          params: { path: { number, relation_id: link.id } },
        }),
      ),
    onSuccess: ({ changeId }, link) => {
      const numbers = { number: String(number), other: String(link.number) };
      if (changeId !== null) offer({ changeId, message: t("links.removed", numbers) });
    },
    onError: (error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    onSettled: (_answer, _error, link) => settled(link.number),
  });
}

function useRenewLinks(number: number): (other: number) => void {
  const queryClient = useQueryClient();
  return (other) => {
    for (const one of [number, other])
      void queryClient.invalidateQueries({ queryKey: ticketKeys.ticket(one) });
  };
}
