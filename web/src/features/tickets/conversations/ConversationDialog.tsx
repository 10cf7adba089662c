import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { MessageItem, Ticket } from "@/api/types";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { TextAreaField } from "@/ui/Form";
import { ErrorState, Skeleton } from "@/ui/States";
import { Message } from "../components/Message";
import { shownName } from "../recipients";
import {
  type Conversation,
  conversationKeys,
  conversationQuery,
  markConversationRead,
  useAnswerConversation,
  useCloseConversation,
} from "./api";
import classes from "./Conversations.module.css";

type ConversationDialogProps = {
  ticket: Ticket;
  conversationId: number;
  mayWrite: boolean;
  onClose: () => void;
};

/** A conversation's thread, and a field to write in it. Reading it marks it read. */
export function ConversationDialog(props: ConversationDialogProps) {
  const { ticket, conversationId, mayWrite, onClose } = props;
  const { t } = useTranslation();
  const answer = useQuery(conversationQuery(ticket.number, conversationId));
  const conversation = answer.data?.conversation;
  useConversationRead(ticket.number, conversation);
  return (
    <Dialog opened onClose={onClose} title={conversation?.subject ?? ""} width={720}>
      <p className={classes.hint}>{t("conversation.hint", { name: ticket.requester.name })}</p>
      {answer.error && <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.isPending && <Skeleton rows={3} height={64} />}
      {answer.data && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard cannot scroll what only is read */}
          <section className={classes.thread} aria-label={t("conversation.thread")} tabIndex={0}>
            {answer.data.thread_cursor && (
              <Older
                key={answer.data.thread_cursor}
                ticket={ticket}
                conversationId={conversationId}
                before={Number(answer.data.thread_cursor)}
              />
            )}
            <Messages ticket={ticket} messages={answer.data.messages} />
          </section>
          {mayWrite && <Answer ticket={ticket} conversation={answer.data.conversation} />}
        </>
      )}
    </Dialog>
  );
}

function Messages({ ticket, messages }: { ticket: Ticket; messages: MessageItem[] }) {
  return messages.map((message) => (
    <Message key={message.id} message={message} ticket={ticket} onReply={() => {}} />
  ));
}

type OlderProps = { ticket: Ticket; conversationId: number; before: number };

/** The messages before one, once they are asked for. */
function Older({ ticket, conversationId, before }: OlderProps) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const answer = useQuery({
    ...conversationQuery(ticket.number, conversationId, before),
    enabled: asked,
  });
  if (!asked)
    return (
      <Button size="s" onClick={() => setAsked(true)}>
        {t("conversation.older")}
      </Button>
    );
  if (!answer.data) return <Skeleton rows={2} height={64} />;
  const { thread_cursor, messages } = answer.data;
  return (
    <>
      {thread_cursor && (
        <Older ticket={ticket} conversationId={conversationId} before={Number(thread_cursor)} />
      )}
      <Messages ticket={ticket} messages={messages} />
    </>
  );
}

function Answer({ ticket, conversation }: { ticket: Ticket; conversation: Conversation }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const close = useCloseConversation(ticket.number, conversation.id);
  const answer = useAnswerConversation(ticket.number, conversation.id, t("conversation.sent"), () =>
    setText(""),
  );
  const isClosed = conversation.closed_at !== null;
  const names = conversation.people.map(shownName).join(", ");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        answer.mutate({ text, confirm_recipients: false });
      }}
    >
      <TextAreaField
        name="text"
        label={t("conversation.answer", { names })}
        value={text}
        minRows={3}
        dir="auto"
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <DialogActions>
        <Button
          size="l"
          busy={close.isPending}
          onClick={() =>
            close.mutate(!isClosed, {
              onSuccess: () =>
                toast.show({
                  message: t(isClosed ? "conversation.isReopened" : "conversation.isClosed"),
                }),
            })
          }
        >
          {t(isClosed ? "conversation.reopen" : "conversation.close")}
        </Button>
        <Button
          size="l"
          look="gold"
          type="submit"
          busy={answer.isPending}
          disabled={text.trim() === ""}
        >
          {t("conversation.send")}
        </Button>
      </DialogActions>
    </form>
  );
}

/** Reading marks read, for this person everywhere. */
function useConversationRead(number: number, conversation: Conversation | undefined) {
  const queryClient = useQueryClient();
  const { id, unread } = conversation ?? {};
  useEffect(() => {
    if (id === undefined || !unread) return;
    void markConversationRead(number, id).then(() =>
      queryClient.invalidateQueries({ queryKey: conversationKeys.of(number) }),
    );
  }, [queryClient, number, id, unread]);
}
