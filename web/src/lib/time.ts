const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export type Age =
  | { unit: "now" }
  | { unit: "minutes" | "hours"; count: number }
  | { unit: "date"; text: string };

/** How long ago a moment was, as coarse as a list needs it; weekdays within six days. */
export function ageOf(atMs: number, nowMs: number, locale: string): Age {
  const gone = nowMs - atMs;
  if (gone < MINUTE_MS) return { unit: "now" };
  if (gone < HOUR_MS) return { unit: "minutes", count: Math.floor(gone / MINUTE_MS) };
  if (gone < DAY_MS) return { unit: "hours", count: Math.floor(gone / HOUR_MS) };
  return { unit: "date", text: dateText(atMs, nowMs, locale) };
}

function dateText(atMs: number, nowMs: number, locale: string): string {
  if (Math.abs(nowMs - atMs) < 6 * DAY_MS) return format(atMs, locale, { weekday: "short" });
  const sameYear = new Date(atMs).getFullYear() === new Date(nowMs).getFullYear();
  return format(atMs, locale, {
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "2-digit" }),
  });
}

/** The time of day, with the date in front when it was not today. */
export function stampText(atMs: number, nowMs: number, locale: string): string {
  const time = format(atMs, locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const today = new Date(atMs).toDateString() === new Date(nowMs).toDateString();
  return today ? time : `${dateText(atMs, nowMs, locale)} ${time}`;
}

/** Date and time in full, for titles. */
export function fullText(atMs: number, locale: string): string {
  return format(atMs, locale, { dateStyle: "full", timeStyle: "short" });
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(atMs: number, locale: string, options: Intl.DateTimeFormatOptions): string {
  const key = locale + JSON.stringify(options);
  let formatter = formats.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(locale, options);
    formats.set(key, formatter);
  }
  return formatter.format(atMs);
}
