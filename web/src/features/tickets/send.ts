import "@/app/pageTexts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import { asProblem } from "@/api/problem";
import type { MessageInput, Ticket } from "@/api/types";
import { offerUndo } from "@/api/undo";
import { randomKey } from "../../lib/randomKey";
import { stampText } from "../../lib/time";
import { threadOf, ticketKeys } from "./api";
import { withResolution } from "./resolutionAsked";

type Send = {
  body: MessageInput;
  /** Both run even when the composer is gone by then. */
  onSent: () => void;
  onUndone: () => void;
  onRefused?: (error: Error) => void;
};

/** What was tried last: its key, and whether the server may have carried it out all the same. */
type Attempt = { content: string; key: string; body: MessageInput; unsure: boolean };

const MS = 1000;

/** Sends a reply or adds a note; the toast holds it back while it may still be undone. */
export function useSendMessage(number: number) {
  const { t, i18n } = useTranslation();
  const queryClient = useQueryClient();
  // One key until it succeeded: trying again after a lost answer must not write it twice.
  const attempt = useRef<Attempt>(undefined);
  return useMutation({
    mutationFn: ({ body: given }: Send) =>
      withResolution(async (resolution) => {
        const body = resolution ? { ...given, resolution } : given;
        const current = nextAttempt(attempt.current, body);
        attempt.current = current;
        try {
          return await post(number, current);
        } catch (error) {
          const isFirst = current.body === body;
          if (isFirst || current.unsure) throw error;
          // The earlier request was never carried out; now it may say what has been seen since.
          current.body = body;
          return await post(number, current);
        }
      }),
    onError: (error, sent) => sent.onRefused?.(error),
    onSuccess: (written, sent) => {
      attempt.current = undefined;
      sent.onSent();
      queryClient.setQueryData<Ticket>(ticketKeys.ticket(number), (held) =>
        held
          ? {
              ...held,
              ...written.ticket,
              ...threadOf(held),
              thread: [
                ...held.thread.filter(
                  (item) => item.id !== written.message.id || item.type !== "message",
                ),
                written.message,
              ],
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

async function post(number: number, attempt: Attempt) {
  const { key, body } = attempt;
  const answer = client.POST("/api/v1/tickets/{number}/messages", {
    params: { path: { number } },
    headers: { "Idempotency-Key": key },
    body,
  });
  try {
    return await read(answer);
  } catch (error) {
    const { status } = asProblem(error);
    attempt.unsure = status === 0 || status >= 500;
    throw error;
  }
}

/** The same words again are the same request until the server has surely refused it. */
function nextAttempt(last: Attempt | undefined, body: MessageInput): Attempt {
  // What its author has seen by now makes no other reply of it.
  const content = JSON.stringify({ ...body, seen_message_id: undefined });
  if (last?.content !== content) return { content, key: randomKey(), body, unsure: false };
  return last.unsure ? last : { ...last, body };
}
