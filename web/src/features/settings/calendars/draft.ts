import type { Calendar, Span, SpecialDay, Week } from "./api";

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const WORKING: Span[] = [{ opens: "09:00", closes: "17:00" }];
const WORKING_WEEK: Week = {
  mon: WORKING,
  tue: WORKING,
  wed: WORKING,
  thu: WORKING,
  fri: WORKING,
  sat: [],
  sun: [],
};

/** What the dialog edits of a calendar; `keepsImported` is whether the days of a file stay. */
export function fieldsOf(calendar?: Calendar) {
  return {
    name: calendar?.name ?? "",
    time_zone: calendar?.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    hours: calendar?.hours ?? WORKING_WEEK,
    country: calendar?.country ?? "",
    region: calendar?.region ?? "",
    special_days: calendar?.special_days ?? [],
    keepsImported: true,
  };
}

export type Draft = ReturnType<typeof fieldsOf>;

/** The name of a day of the week as the reader writes it. */
export function weekdayName(day: Weekday, language: string): string {
  // The first of January 2024 was a Monday.
  const date = new Date(Date.UTC(2024, 0, 1 + WEEKDAYS.indexOf(day)));
  return date.toLocaleDateString(language, { weekday: "long", timeZone: "UTC" });
}

/** A day without a time, as the reader writes it. */
export function dayName(day: string, language: string): string {
  const options = { weekday: "short", day: "numeric", month: "long", year: "numeric" } as const;
  return new Date(`${day}T00:00:00Z`).toLocaleDateString(language, { ...options, timeZone: "UTC" });
}

const spansText = (spans: readonly Span[]) =>
  spans.map(({ opens, closes }) => `${opens}–${closes}`).join(", ");

/** The week in a line: days of the same hours that follow each other stand together. */
export function weekText(week: Week | undefined, language: string): string {
  const parts: { first: Weekday; last: Weekday; text: string }[] = [];
  for (const day of WEEKDAYS) {
    const text = spansText(week?.[day] ?? []);
    const before = parts.at(-1);
    if (before?.text === text) before.last = day;
    else parts.push({ first: day, last: day, text });
  }
  const name = (day: Weekday) => weekdayName(day, language);
  return parts
    .filter(({ text }) => text !== "")
    .map(({ first, last, text }) =>
      first === last ? `${name(first)} ${text}` : `${name(first)}–${name(last)} ${text}`,
    )
    .join(" · ");
}

/** Whether a day is written out so far that the server can read it. */
export const isWritten = (day: SpecialDay) =>
  day.date !== "" && (day.spans ?? []).every((span) => span.opens !== "" && span.closes !== "");
