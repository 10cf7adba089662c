import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import type { MessageInput, Ticket } from "@/api/types";
import { offerUndo } from "@/features/changes/undo";
import { freshKey } from "../../lib/key";
import { stampText } from "../../lib/time";
import { ticketKeys } from "./api";

type Send = {
  body: MessageInput;
  /** Both run even when the composer is gone by then. */
  onSent: () => void;
  onUndone: () => void;
};

const MS = 1000;

/** Sends a reply or adds a note; the toast holds it back while it may still be undone. */
export function useSendMessage(number: number) {
  const { t, i18n } = useTranslation();
  const queryClient = useQueryClient();
  // One key until it succeeded: trying again after a lost answer must not write it twice.
  const attempt = useRef<{ content: string; key: string }>(undefined);
  return useMutation({
    mutationFn: ({ body }: Send) => {
      const content = JSON.stringify(body);
      if (attempt.current?.content !== content) {
        attempt.current = { content, key: freshKey() };
      }
      return read(
        client.POST("/api/v1/tickets/{number}/messages", {
          params: { path: { number } },
          headers: { "Idempotency-Key": attempt.current.key },
          body,
        }),
      );
    },
    onSuccess: (written, sent) => {
      attempt.current = undefined;
      sent.onSent();
      queryClient.setQueryData<Ticket>(ticketKeys.ticket(number), (held) =>
        held
          ? {
              ...held,
              ...written.ticket,
              thread: [
                ...held.thread.filter(
                  (item) => item.id !== written.message.id || item.type !== "message",
                ),
                written.message,
              ],
              thread_cursor: held.thread_cursor,
            }
          : held,
      );
      const message =
        sent.body.kind === "note"
          ? t("composer.noteAdded")
          : sent.body.send_at
            ? t("outgoing.scheduled", {
                when: stampText(Date.parse(sent.body.send_at), Date.now(), i18n.language),
              })
            : written.undo_seconds > 0
              ? t("composer.held", { count: written.undo_seconds })
              : t("composer.sent");
      if (written.change_id === null) return;
      offerUndo(queryClient, {
        changeId: written.change_id,
        message,
        durationMs: written.undo_seconds > 0 ? written.undo_seconds * MS : undefined,
        onUndone: sent.onUndone,
      });
    },
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: ticketKeys.ticket(number) });
      void queryClient.invalidateQueries({ queryKey: ticketKeys.lists });
      void queryClient.invalidateQueries({ queryKey: ticketKeys.counts });
      void queryClient.invalidateQueries({ queryKey: ["outbox"] });
    },
  });
}
