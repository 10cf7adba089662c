import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, read, write } from "@/api/client";
import { asProblem } from "@/api/problem";
import type { BlockKind, Ticket } from "@/api/types";
import { useUndo } from "@/api/undo";
import { useDeskDialogs } from "@/app/shell/dialogs";
import { toast } from "@/lib/toast";
import { ticketKeys } from "./api";
import { useAfterSend } from "./neighbours";
import { withResolution } from "./resolutionAsked";

/** Who sent the mail that opened a ticket, as rules name them. */
export const originQuery = (number: number) =>
  queryOptions({
    queryKey: [...ticketKeys.ticket(number), "origin"] as const,
    queryFn: () =>
      read(client.GET("/api/v1/tickets/{number}/origin", { params: { path: { number } } })),
  });

/** Sends a ticket away unanswered, with or without a rule for what its sender sends next; one undo for both. */
export function useDismiss({ number, automatic }: Pick<Ticket, "number" | "automatic">) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const dialogs = useDeskDialogs();
  const { offer } = useUndo();
  const { usual, leave, show } = useAfterSend();
  return useMutation({
    mutationFn: (block: BlockKind | null) =>
      withResolution((resolution) =>
        write(
          client.POST("/api/v1/tickets/{number}/dismiss", {
            params: { path: { number } },
            body: { block, resolution },
          }),
        ),
      ),
    onSuccess: ({ data, changeId }, block) => {
      const left = leave(number, usual);
      const named = { number: String(number), blocked: data.blocked ?? "" };
      const message = t(block ? "dismiss.blocked" : "dismiss.done", named);
      if (changeId === null) toast.show({ message });
      else offer({ changeId, message, onUndone: () => left && show(number) });
      // A person's next mail is wanted, as far as anybody knows.
      if (!block && automatic) dialogs.open("dismissed", number);
    },
    onError: (error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    onSettled: () => {
      for (const queryKey of [ticketKeys.ticket(number), ticketKeys.lists, ticketKeys.counts])
        void queryClient.invalidateQueries({ queryKey });
    },
  });
}
