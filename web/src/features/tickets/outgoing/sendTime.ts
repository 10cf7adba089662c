const HOUR_MS = 3_600_000;
const MORNING_HOUR = 9;

type Day = { year: number; month: number; day: number };

/** How far a zone is ahead of UTC at a moment, in ms. */
function offsetMs(atMs: number, timeZone: string | undefined): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(atMs);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const shown = Date.UTC(
    of("year"),
    of("month") - 1,
    of("day"),
    of("hour"),
    of("minute"),
    of("second"),
  );
  return shown - Math.floor(atMs / 1000) * 1000;
}

function dayOf(atMs: number, timeZone: string | undefined): Day {
  const there = new Date(atMs + offsetMs(atMs, timeZone));
  return { year: there.getUTCFullYear(), month: there.getUTCMonth(), day: there.getUTCDate() };
}

/** The moment at which clocks of a zone show an hour of a day; without a zone those of this device. */
function momentOf({ year, month, day }: Day, hour: number, timeZone: string | undefined): number {
  const shown = Date.UTC(year, month, day, hour);
  // Twice, because the offset that counts is that of the moment itself, not of now.
  const guess = shown - offsetMs(shown, timeZone);
  return shown - offsetMs(guess, timeZone);
}

/** An hour from now, on the full minute. */
export function inAnHour(nowMs: number): Date {
  return new Date(Math.ceil((nowMs + HOUR_MS) / 60_000) * 60_000);
}

/** Tomorrow morning, as the clocks of a zone have it. */
export function tomorrowMorning(nowMs: number, timeZone?: string): Date {
  const today = dayOf(nowMs, timeZone);
  return new Date(momentOf({ ...today, day: today.day + 1 }, MORNING_HOUR, timeZone));
}

/** So many hours from now, on the full hour. */
export function inHours(nowMs: number, hours: number): Date {
  return new Date(Math.ceil((nowMs + hours * HOUR_MS) / HOUR_MS) * HOUR_MS);
}

/** The morning in so many days, as the clocks of this device have it. */
export function morningIn(nowMs: number, days: number): Date {
  const today = dayOf(nowMs, undefined);
  return new Date(momentOf({ ...today, day: today.day + days }, MORNING_HOUR, undefined));
}

/** The morning of the next Monday. */
export function nextMonday(nowMs: number): Date {
  const { year, month, day } = dayOf(nowMs, undefined);
  const weekday = new Date(Date.UTC(year, month, day)).getUTCDay();
  return morningIn(nowMs, ((7 - weekday) % 7) + 1);
}

/** A moment as a `datetime-local` field holds it, in this device's zone. */
export function fieldText(at: Date): string {
  const local = new Date(at.getTime() + offsetMs(at.getTime(), undefined));
  return local.toISOString().slice(0, 16);
}

/** Whether another zone's clocks show something else than this device's now. */
export function differs(timeZone: string | null | undefined, nowMs: number): boolean {
  if (!timeZone) return false;
  try {
    return offsetMs(nowMs, timeZone) !== offsetMs(nowMs, undefined);
  } catch {
    // A zone that this browser does not know is not offered.
    return false;
  }
}
