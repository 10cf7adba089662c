import "@/app/pageTexts";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { client, read, write } from "@/api/client";
import type { components } from "@/api/generated/schema";
import { asProblem } from "@/api/problem";
import { useUndo } from "@/api/undo";
import { toast } from "@/lib/toast";
import { ticketKeys } from "./api";
import { renew } from "./merges";

export type SplitInput = components["schemas"]["SplitInput"];

/** What a split of messages would come to: subject, requester, who takes part and who could. */
export function splitProposalQuery(number: number, messageIds: number[]) {
  return queryOptions({
    queryKey: [...ticketKeys.ticket(number), "split-proposal", messageIds] as const,
    queryFn: () =>
      read(
        client.POST("/api/v1/tickets/{number}/split/preview", {
          params: { path: { number } },
          body: { message_ids: messageIds },
        }),
      ),
  });
}

/** Splits messages off and goes to the new ticket, with an undo. */
export function useSplit(number: number, onDone: () => void) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const { offer } = useUndo();
  return useMutation({
    mutationFn: (body: SplitInput) =>
      write(client.POST("/api/v1/tickets/{number}/split", { params: { path: { number } }, body })),
    onSuccess: ({ data, changeId }) => {
      onDone();
      if (!data) return;
      const into = data.number;
      void navigate({ to: "/desk/tickets/$number", params: { number: into }, search: {} });
      if (changeId !== null)
        offer({
          changeId,
          message: t("splitDialog.done", { number: String(number), into: String(into) }),
        });
    },
    onError: (error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    onSettled: () => renew(queryClient),
  });
}

/** Which ticket one was split from, and what has come since. */
export function splitQuery(number: number) {
  return queryOptions({
    queryKey: [...ticketKeys.ticket(number), "split"] as const,
    queryFn: () =>
      read(client.GET("/api/v1/tickets/{number}/split", { params: { path: { number } } })),
  });
}

/** Brings what was split off back and goes there, with an undo. */
export function useUnsplit(number: number, origin: number) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const { offer } = useUndo();
  return useMutation({
    mutationFn: (message_ids: number[]) =>
      write(
        client.POST("/api/v1/tickets/{number}/unsplit", {
          params: { path: { number } },
          body: { message_ids },
        }),
      ),
    onSuccess: ({ changeId }) => {
      void navigate({ to: "/desk/tickets/$number", params: { number: origin }, search: {} });
      if (changeId !== null)
        offer({ changeId, message: t("split.isBack", { number: String(origin) }) });
    },
    onError: (error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    onSettled: () => renew(queryClient),
  });
}
