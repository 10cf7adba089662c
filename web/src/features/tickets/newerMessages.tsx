import { type ReactNode, useCallback, useEffect, useState } from "react";
import { useMe } from "@/api/session";
import type { MessageItem, Ticket } from "@/api/types";
import { NewerDialog } from "./components/NewerDialog";
import type { ComposerMode } from "./draft";

/** Runs what sends, told the newest message that its author has seen. */
type Sending = (seenId: number) => void;

export type Newer = {
  /** What others wrote since this person began to write, oldest first. */
  messages: MessageItem[];
  /** The newest message that this person has seen. */
  seenId: number;
  /** Takes everything that is there now for seen. */
  see: () => void;
};

/** Tells what came to a ticket while something is being written on it. */
export function useNewer(ticket: Ticket, kind: ComposerMode, writing: boolean): Newer {
  const me = useMe().person.id;
  const messages = ticket.thread.filter((item): item is MessageItem => item.type === "message");
  const newestId = Math.max(0, ...messages.map((message) => message.id));
  // Apart, for reply and note are: the other one's text still stands on what it was begun on.
  const [seenIds, setSeenIds] = useState({ reply: newestId, note: newestId });
  const held = seenIds[kind];
  const see = useCallback(
    () => setSeenIds((ids) => ({ ...ids, [kind]: newestId })),
    [kind, newestId],
  );
  useEffect(() => {
    if (!writing) see();
  }, [writing, see]);
  const newer = writing
    ? messages.filter((message) => message.id > held && message.author.id !== me)
    : [];
  return {
    messages: newer,
    seenId: newer.length > 0 ? held : newestId,
    see,
  };
}

/** Asks before a reply leaves over what its author has not seen; `dialog` shows it. */
export function useAskedAboutNewer({ messages, seenId, see }: Newer) {
  const [asking, ask] = useState<Sending | null>(null);
  /** What the server refused, because it knew of a message before this page did. */
  const [refused, setRefused] = useState<Sending | null>(null);
  const count = messages.length;
  useEffect(() => {
    if (!refused || count === 0) return;
    ask(() => refused);
    setRefused(null);
  }, [refused, count]);
  const close = () => {
    see();
    ask(null);
  };
  const newestId = messages.at(-1)?.id ?? seenId;
  const dialog: ReactNode = asking && count > 0 && (
    <NewerDialog
      messages={messages}
      onClose={close}
      onSend={() => {
        close();
        asking(newestId);
      }}
    />
  );
  return {
    whenSeen: (send: Sending) => {
      if (count > 0) ask(() => send);
      else send(seenId);
    },
    onRefused: (send: Sending) => setRefused(() => send),
    dialog,
  };
}
