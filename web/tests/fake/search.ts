import type { MarkedText, MessageItem, Ticket, TicketRow } from "@/api/types";

/** Everything of a ticket that a search looks at, in lower case. */
export function wordsOf({ number, subject, preview, thread }: Ticket): string {
  const texts = thread.map((item) => (item.type === "message" ? item.text : ""));
  return [number, subject, preview, ...texts].join(" ").toLowerCase();
}

/** Where a search found its words: the newest message that holds them, or the first one. */
export function matchOf(ticket: Ticket, words: string | null): TicketRow["match"] {
  if (!words) return undefined;
  const messages = ticket.thread.filter((item): item is MessageItem => item.type === "message");
  const held = messages.filter(({ text }) => text.toLowerCase().includes(words.toLowerCase()));
  const message = held.at(-1) ?? messages[0];
  if (!message) return undefined;
  return {
    message_id: message.id,
    kind: message.kind,
    author: message.author,
    at: message.created_at,
    subject: marked(ticket.subject, words),
    excerpt: marked(message.text, words),
  };
}

function marked(text: string, words: string): MarkedText[] {
  const at = text.toLowerCase().indexOf(words.toLowerCase());
  if (at < 0) return [{ text, marked: false }];
  const end = at + words.length;
  return [
    { text: text.slice(0, at), marked: false },
    { text: text.slice(at, end), marked: true },
    { text: text.slice(end), marked: false },
  ].filter((part) => part.text);
}

const FIELDS = ["status", "assignee", "created"];
const VALUES: Record<string, string[]> = { status: ["open", "waiting"], assignee: ["me", "none"] };

/** What may be written at the end of a text: names of three fields, or values of two. */
export function completionsOf(text: string) {
  const typed = text.split(" ").at(-1) ?? "";
  const [field = "", value] = typed.split(":");
  const known = value === undefined ? FIELDS.map((name) => `${name}:`) : (VALUES[field] ?? []);
  const items = known
    .filter((one) => one.startsWith(value ?? field))
    .map((one) => ({ text: one, hint: "", field: one.replace(":", "") }));
  return { start: text.length - (value ?? typed).length, end: text.length, items };
}
