import type { MessageItem, Ticket } from "@/api/types";

/** The messages of a part of a thread, by the ids between which it lies. */
export type PartBounds = { after: number; before: number };

/** A part that was loaded: its bounds, how many messages lie before it, and how many it has. */
export type LoadedPart = PartBounds & { earlier: number; count: number };

/** Messages that are not loaded, between two that are; `after` is 0 where nothing comes before. */
export type Gap = PartBounds & { count: number };

/** What stands before the newest part of a thread, from top to bottom. */
export type Segment =
  | { kind: "first"; key: string; message: MessageItem }
  | { kind: "part"; key: string; part: LoadedPart }
  | { kind: "gap"; key: string; gap: Gap };

/** The server counts so many messages before a part, and no more. */
export const MOST_COUNTED = 10_000;

/** Where the newest part begins; what is loaded besides lies before it. Dates may have another order. */
export function firstOfNewest({ thread, thread_cursor }: Ticket): number {
  if (thread_cursor) return Number(thread_cursor);
  const ids = thread.map((item) => (item.type === "message" ? item.id : Number.MAX_SAFE_INTEGER));
  return Math.min(Number.MAX_SAFE_INTEGER, ...ids);
}

/** Lays what is loaded of a thread beside what is not. */
export function segmentsOf(ticket: Ticket, loaded: readonly LoadedPart[]): Segment[] {
  if (!ticket.thread_cursor) return [];
  const segments: Segment[] = [];
  const newest = firstOfNewest(ticket);
  let [passed, after] = [0, 0];
  const putGap = (until: number, before: number) => {
    const count = until - passed;
    if (count <= 0) return;
    segments.push({ kind: "gap", key: `gap-${after}`, gap: { after, before, count } });
  };
  const parts = loaded.filter((part) => part.after < newest - 1 && part.count > 0);
  const { first_message } = ticket;
  if (first_message && !parts.some((part) => part.after < first_message.id)) {
    segments.push({ kind: "first", key: `message-${first_message.id}`, message: first_message });
    [passed, after] = [1, first_message.id];
  }
  for (const part of parts.toSorted((one, other) => one.after - other.after)) {
    putGap(part.earlier, part.after + 1);
    segments.push({ kind: "part", key: `part-${part.after}`, part });
    [passed, after] = [Math.max(passed, part.earlier + part.count), part.before - 1];
  }
  putGap(ticket.thread_earlier, newest);
  return segments;
}
