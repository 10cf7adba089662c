const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MORNING_HOUR = 9;

/** So many minutes from now, on the full minute. */
const inMinutes = (nowMs: number, minutes: number) =>
  new Date(Math.ceil((nowMs + minutes * MINUTE_MS) / MINUTE_MS) * MINUTE_MS);

/** The hour of a day so many days from now, as the clocks of this device have it. */
function onDay(nowMs: number, days: number, hour = MORNING_HOUR, minute = 0): Date {
  const now = new Date(nowMs);
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour, minute);
}

/** How many days it is until the next day of this name; a week on that day itself. */
const untilWeekday = (nowMs: number, weekday: number) =>
  ((weekday - new Date(nowMs).getDay() + 6) % 7) + 1;

/** When people want to be reminded mostly. */
export const usualMoments = {
  later: (nowMs: number) => new Date(Math.ceil((nowMs + 3 * HOUR_MS) / HOUR_MS) * HOUR_MS),
  tomorrow: (nowMs: number) => onDay(nowMs, 1),
  week: (nowMs: number) => onDay(nowMs, untilWeekday(nowMs, 1)),
} as const;
export type UsualMoment = keyof typeof usualMoments;

const minutesOf: Record<string, number> = { m: 1, h: 60, d: 24 * 60, w: 7 * 24 * 60 };
const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/**
 * The moment that a few words say: "30m", "in 2 hours", "tomorrow", "tomorrow 14:30", "monday 8", "17:00".
 * A time of day alone that has passed today is tomorrow's. Null for other words.
 */
export function momentOfWords(words: string, nowMs: number): Date | null {
  const text = words.trim().toLowerCase();
  const span = /^(?:in )?(\d{1,4}) ?(m|h|d|w)(?:in(?:ute)?s?|ours?|rs?|ays?|eeks?)?$/.exec(text);
  if (span) return inMinutes(nowMs, Number(span[1]) * (minutesOf[span[2] ?? ""] ?? 0));
  const said = /^(?:(today|tomorrow|[a-z]{3,9}) ?)?(?:at )?(\d{1,2})?(?::(\d\d))?$/.exec(text);
  if (!said || text === "") return null;
  const [, day, hour, minute] = said;
  if (hour === undefined && (minute !== undefined || day === undefined)) return null;
  if (Number(hour ?? 0) > 23 || Number(minute ?? 0) > 59) return null;
  const days = daysUntil(day, nowMs);
  if (days === null) return null;
  const at = onDay(nowMs, days, hour === undefined ? undefined : Number(hour), Number(minute ?? 0));
  if (at.getTime() > nowMs) return at;
  return day === undefined ? onDay(nowMs, 1, Number(hour), Number(minute ?? 0)) : null;
}

function daysUntil(day: string | undefined, nowMs: number): number | null {
  if (day === undefined || day === "today") return 0;
  if (day === "tomorrow") return 1;
  const weekday = weekdays.indexOf(day.slice(0, 3));
  return weekday < 0 ? null : untilWeekday(nowMs, weekday);
}
