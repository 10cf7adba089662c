import type { AutomaticReply, ReplyRules, ReplyTexts } from "./api";

/** The texts of a language, in the order in which they are edited. */
export const TEXTS = ["in_hours", "out_of_hours", "absence", "banner"] as const;

/** The moments of which spans are made; a field of a browser has no zone, so they are local. */
export const MOMENTS = [
  "absent_from_at",
  "absent_until_at",
  "banner_from_at",
  "banner_until_at",
] as const;

export const noTexts = (language: string): ReplyTexts => ({
  language,
  in_hours: "",
  out_of_hours: "",
  absence: "",
  banner: "",
});

/** A moment as the browser's field of date and time writes it, in the reader's zone. */
function localMoment(moment: string | null | undefined): string {
  if (!moment) return "";
  const date = new Date(moment);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** What such a field holds, as a moment of the API. */
export const momentOf = (local: string) => (local ? new Date(local).toISOString() : null);

/** What the dialog edits of a mailbox's automatic replies. */
export function fieldsOf(reply?: AutomaticReply) {
  return {
    active: reply?.active ?? true,
    calendar_id: String(reply?.calendar_id ?? ""),
    texts: reply?.texts ?? [noTexts("en")],
    absent_from_at: localMoment(reply?.absent_from_at),
    absent_until_at: localMoment(reply?.absent_until_at),
    banner_from_at: localMoment(reply?.banner_from_at),
    banner_until_at: localMoment(reply?.banner_until_at),
    pause_minutes: String(reply?.pause_minutes ?? 0),
  };
}

export type Draft = ReturnType<typeof fieldsOf>;

/** The draft as the API takes it. */
export function rulesOf(draft: Draft): ReplyRules {
  return {
    active: draft.active,
    calendar_id: Number(draft.calendar_id) || null,
    texts: draft.texts,
    absent_from_at: momentOf(draft.absent_from_at),
    absent_until_at: momentOf(draft.absent_until_at),
    banner_from_at: momentOf(draft.banner_from_at),
    banner_until_at: momentOf(draft.banner_until_at),
    pause_minutes: Number(draft.pause_minutes) || 0,
  };
}
