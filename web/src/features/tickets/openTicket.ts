import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { useMe } from "@/api/session";
import type { Ticket, TicketInput } from "@/api/types";
import { offerUndo } from "@/api/undo";
import { randomKey } from "@/lib/randomKey";
import { ticketKeys } from "./api";

const MS = 1000;

type Opening = { body: TicketInput; onUndone: () => void };

/** Opens a ticket; the toast holds its mail back while it may still be undone. */
export function useOpenTicket() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const undoSeconds = useMe().settings.undo_send_seconds;
  // One key until it succeeded: trying again after a lost answer must not send a second mail.
  const attempt = useRef<{ content: string; key: string }>(undefined);
  return useMutation({
    mutationFn: ({ body }: Opening) => {
      const content = JSON.stringify(body);
      if (attempt.current?.content !== content) attempt.current = { content, key: randomKey() };
      const headers = { "Idempotency-Key": attempt.current.key };
      return write(client.POST("/api/v1/tickets", { headers, body }));
    },
    onSuccess: ({ data, changeId }, { body, onUndone }) => {
      attempt.current = undefined;
      queryClient.setQueryData(ticketKeys.ticket(data.number), data);
      void queryClient.invalidateQueries({ queryKey: ticketKeys.lists });
      void queryClient.invalidateQueries({ queryKey: ticketKeys.counts });
      void queryClient.invalidateQueries({ queryKey: ["outbox"] });
      if (changeId === null) return;
      const number = String(data.number);
      const held = body.send && isHeld(data);
      const message = held
        ? t("newTicket.held", { number, count: undoSeconds })
        : t(body.send ? "newTicket.sent" : "newTicket.opened", { number });
      const durationMs = held ? undoSeconds * MS : undefined;
      offerUndo(queryClient, { changeId, message, durationMs, onUndone });
    },
  });
}

function isHeld(ticket: Ticket): boolean {
  return ticket.thread.some((item) => item.type === "message" && item.mail?.state === "held");
}
