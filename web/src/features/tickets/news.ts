import type { TicketRow } from "@/api/types";
import type { LiveChange, LiveRow } from "@/lib/liveSocket";

/** What the frames said of one ticket since they were last looked at. */
export type TicketNews = {
  number: number;
  /** The ticket as it is now; undefined when this person sees it no more, or `untold`. */
  row: LiveRow | undefined;
  /** A frame came without the row although the ticket may be in sight. */
  untold: boolean;
  fields: Set<string>;
  /** Who wrote messages; null where nobody is known to have. */
  writers: Set<number | null>;
  undone: boolean;
};

/** Adds a frame's changes to what is known of their tickets; the last row stands for all of them. */
export function gatherNews(
  news: Map<number, TicketNews>,
  changes: readonly LiveChange[],
  gathered: boolean,
): void {
  const touched = new Map<TicketNews, LiveRow | undefined>();
  for (const change of changes) {
    if (change.ticket === null) continue;
    const one = news.get(change.ticket) ?? blank(change.ticket);
    news.set(change.ticket, one);
    for (const field of change.fields) one.fields.add(field);
    if (change.fields.includes("messages")) one.writers.add(change.actor_id);
    if (change.undo_of !== null) one.undone = true;
    touched.set(one, change.row ?? touched.get(one));
  }
  for (const [one, row] of touched) {
    one.row = row;
    one.untold = row === undefined && !gathered;
  }
}

function blank(number: number): TicketNews {
  return {
    number,
    row: undefined,
    untold: false,
    fields: new Set(),
    writers: new Set(),
    undone: false,
  };
}

/** Whether a row is unread by the person who looks; a guess when not `certain`. */
export type Unread = { unread: boolean; certain: boolean };

/**
 * Works out what frames cannot tell, for they are the same for everybody: a message of somebody who
 * is not staff makes a ticket unread, and nothing else of others makes it read.
 */
export function unreadOf(
  news: TicketNews,
  held: Unread | undefined,
  staff: ReadonlySet<number> | undefined,
  me: number,
): Unread {
  const before = held ?? guess(news, me);
  // Who it woke for sees it as unread.
  if (news.fields.has("snooze")) return { ...before, certain: false };
  if (news.writers.size === 0) return before;
  if (!staff || news.undone) return { ...before, certain: false };
  const isByRequester = [...news.writers].some((id) => id !== null && !staff.has(id));
  if (isByRequester) return { unread: true, certain: true };
  // Nobody acts where the team wrote in the mailbox itself, and for some of the system's own.
  return news.writers.has(null) ? { unread: true, certain: false } : before;
}

/** Of a ticket never seen here: most are unread by most, but for those that one works on. */
function guess({ row, fields }: TicketNews, me: number): Unread {
  return { unread: row?.assignee?.id !== me && !fields.has("ticket"), certain: false };
}

export const asRow = (
  { fields, ...row }: LiveRow,
  unread: boolean,
  starred: TicketRow["starred"],
): TicketRow => ({
  ...row,
  unread,
  ...(starred ? { starred } : {}),
  ...(fields ? { fields } : {}),
});
