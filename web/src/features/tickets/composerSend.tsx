import { useRef } from "react";
import { asProblem } from "@/api/problem";
import type { MessageInput, Ticket } from "@/api/types";
import { withoutBlankEnds } from "@/lib/text";
import type { ComposerMode, Draft, useDraft } from "./draft";
import { mentionsOf } from "./editor/mentionsOf";
import { useManyRecipients } from "./manyRecipients";
import { type AfterSend, useAfterSend } from "./neighbours";
import { type Newer, useAskedAboutNewer } from "./newerMessages";
import type { MailLook } from "./outgoing/MailLookDialog";
import type { People } from "./recipients";
import { useSendMessage } from "./send";
import { chooseSignature, chosenSignature } from "./signature/choice";

type Outcome = {
  status?: string;
  sendAt?: Date;
  look?: MailLook;
  /** Where its author goes; absent: where they usually do. */
  then?: AfterSend;
  seenId: number;
  confirmed: boolean;
};

const NEWER = "newer_messages";

/** Whom a note names, who are told of it; nothing where it names nobody. */
function mentioned(html: string | null): Pick<MessageInput, "mentions"> {
  const mentions = mentionsOf(html);
  return mentions.staff_ids.length + mentions.team_ids.length > 0 ? { mentions } : {};
}

/** Sends what the composer holds; a reply is asked about first where others wrote or many get it. */
export function useComposerSend(
  ticket: Ticket,
  kind: ComposerMode,
  draft: ReturnType<typeof useDraft>,
  people: People,
  newer: Newer,
  /** What its author chose where the ticket's team asks. */
  assignsMe: boolean | undefined,
  onSent: () => void,
) {
  const mutation = useSendMessage(ticket.number);
  const many = useManyRecipients();
  const asked = useAskedAboutNewer(newer);
  const settling = useRef(false);
  const after = useAfterSend();
  const send = async (outcome: Outcome) => {
    if (settling.current) return;
    settling.current = true;
    await draft.settle();
    const sent = draft.draft;
    const html = sent.html === null ? null : await formatted(sent.html);
    settling.current = false;
    const signature = chosenSignature(ticket.number);
    let left = false;
    mutation.mutate({
      body: {
        ...bodyOf(kind, { ...sent, html }, outcome, assignsMe),
        ...(kind === "reply" ? { signature } : mentioned(sent.html)),
      },
      onSent: () => {
        draft.clear();
        chooseSignature(ticket.number, undefined);
        onSent();
        left = after.leave(
          ticket.number,
          outcome.then ?? (kind === "reply" ? after.usual : "stay"),
        );
      },
      onUndone: () => {
        draft.put(sent);
        if (left) after.show(ticket.number);
        chooseSignature(ticket.number, signature);
      },
      onRefused: (error) => {
        draft.resume();
        if (asProblem(error).code !== NEWER) return;
        asked.onRefused((seen) => void send({ ...outcome, seenId: seen }));
      },
    });
  };
  const run = (status?: string, sendAt?: Date, look?: MailLook, then?: AfterSend) => {
    const way = { status, sendAt, look, then };
    if (kind === "note") void send({ ...way, seenId: 0, confirmed: false });
    else
      asked.whenSeen((seenId) =>
        many.whenSure(people, (confirmed) => void send({ ...way, seenId, confirmed })),
      );
  };
  const { error, isPending } = mutation;
  const dialogs = (
    <>
      {asked.dialog}
      {many.dialog}
    </>
  );
  // Who wrote meanwhile is shown, not told as a failure.
  const failure = error && asProblem(error).code === NEWER ? null : error;
  return { run, isPending, error: failure, dialogs };
}

/** What was written as a mail has it, null where its text is all of it; the editor has loaded this already. */
async function formatted(html: string): Promise<string | null> {
  // The server makes it safe whether it is dressed for mails or not.
  const module = await import("./editor/mailHtml").catch(() => null);
  return module ? module.mailHtml(html) : html;
}

function bodyOf(
  kind: ComposerMode,
  draft: Draft,
  outcome: Outcome,
  assignsMe: boolean | undefined,
): MessageInput {
  return {
    kind,
    ...(draft.html === null ? { text: withoutBlankEnds(draft.text) } : { html: draft.html }),
    attachment_ids: draft.attachments.map((file) => file.id),
    // Exactly who is shown; the requester alone is what nothing means.
    ...(kind === "reply"
      ? { ...draft.people, seen_message_id: outcome.seenId, quote: draft.quote }
      : null),
    confirm_recipients: outcome.confirmed,
    status: outcome.status,
    ...(kind === "reply" && assignsMe !== undefined && { assign_me: assignsMe }),
    send_at: outcome.sendAt?.toISOString(),
    ...(draft.macro && {
      macro_id: draft.macro.id,
      actions: draft.macro.actions,
      file_ids: draft.macro.files.map((file) => file.id),
    }),
    ...outcome.look,
  };
}
