import type { Contact, MarkedText, MessageItem, Ticket, TicketRow } from "@/api/types";

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

/** What of each kind holds the words, with one word corrected as a search does. */
export function searchAnswer(tickets: readonly Ticket[], contacts: readonly Contact[], q: string) {
  const [words = "", ...rest] = q.split(/ (?=\w+:)/);
  const typed = words.toLowerCase();
  const corrected = typed === "lisbom" ? { from: "lisbom", to: "lisbon" } : null;
  const asked = corrected?.to ?? typed;
  const isOpen = (ticket: Ticket) =>
    !rest.includes("category:open") || ticket.status.category === "open";
  const found = tickets.filter(
    (one) => wordsOf(one).includes(asked.replace("#", "")) && isOpen(one),
  );
  const people = contacts.filter(({ name }) => name.toLowerCase().includes(asked));
  return {
    corrected,
    tickets: {
      items: found.slice(0, 10).map((one) => ({ ...one, match: matchOf(one, asked) })),
      next_cursor: null,
    },
    contacts: {
      items: people.map(({ id, name, emails, organization }) => ({
        id,
        name: marked(name, asked),
        emails: emails.map((email) => marked(email, asked)),
        phones: [],
        organization,
      })),
      next_cursor: null,
    },
    organizations: {
      items:
        asked === "nordlys"
          ? [{ id: 7, name: marked("Nordlys Shipping", asked), domains: [] }]
          : [],
      next_cursor: null,
    },
    attachments: {
      items:
        asked === "log"
          ? [
              {
                id: 71,
                filename: marked("client-log.txt", asked),
                mime_type: "text/plain",
                size: 38_000,
                created_at: "2026-11-23T08:42:00Z",
                message_id: 1,
                ticket_number: 4187,
                ticket_subject: "VPN drops every 20 minutes",
              },
            ]
          : [],
      next_cursor: null,
    },
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
