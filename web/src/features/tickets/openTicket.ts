import "@/app/pageTexts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { withNotices } from "@/api/notice";
import { useMe } from "@/api/session";
import type { Ticket } from "@/api/types";
import { offerUndo } from "@/api/undo";
import { randomKey } from "@/lib/randomKey";
import { ticketKeys } from "./api";
import { formRequestOf, type NewTicket, requestOf } from "./newTicket";

const MS = 1000;

type Opening = { ticket: NewTicket; confirmed: boolean; onUndone: () => void };

/** Opens a ticket; the toast holds its mail back while it may still be undone. */
export function useOpenTicket() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const undoSeconds = useMe().settings.undo_send_seconds;
  // One key until it succeeded: trying again after a lost answer must not send a second mail.
  const attempt = useRef<{ content: string; key: string }>(undefined);
  return useMutation({
    mutationFn: ({ ticket, confirmed }: Opening) => {
      const content = JSON.stringify([ticket, confirmed]);
      if (attempt.current?.content !== content) attempt.current = { content, key: randomKey() };
      const headers = { "Idempotency-Key": attempt.current.key };
      const { form } = ticket;
      if (!form) {
        const body = requestOf(ticket, confirmed);
        return write(client.POST("/api/v1/tickets", { headers, body }));
      }
      const path = { form_id: form.id };
      const body = formRequestOf(ticket, form, confirmed);
      return write(
        client.POST("/api/v1/forms/{form_id}/tickets", { headers, params: { path }, body }),
      );
    },
    onSuccess: ({ data, changeId }, { ticket, onUndone }) => {
      attempt.current = undefined;
      queryClient.setQueryData(ticketKeys.ticket(data.number), data);
      void queryClient.invalidateQueries({ queryKey: ticketKeys.lists });
      void queryClient.invalidateQueries({ queryKey: ticketKeys.counts });
      void queryClient.invalidateQueries({ queryKey: ["outbox"] });
      if (changeId === null) return;
      const number = String(data.number);
      const isSent = ticket.first === "send";
      const held = isSent && isHeld(data);
      const done = held
        ? t("newTicket.held", { number, count: undoSeconds })
        : t(isSent ? "newTicket.sent" : "newTicket.opened", { number });
      const message = withNotices(done, data.notices);
      const durationMs = held ? undoSeconds * MS : undefined;
      offerUndo(queryClient, { changeId, message, durationMs, onUndone });
    },
  });
}

function isHeld(ticket: Ticket): boolean {
  return ticket.thread.some((item) => item.type === "message" && item.mail?.state === "held");
}
