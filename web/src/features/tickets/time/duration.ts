import type { TFunction } from "i18next";

export const MOST_SECONDS = 86_400;

/** Hours and minutes, as in 1:30. */
const CLOCK = /^(\d{1,2}):([0-5]\d)$/;
/** Parts with their units, as in 1h 30m or 90s. */
const PARTS = /^(?:(\d+(?:[.,]\d+)?)\s*h)?\s*(?:(\d+(?:[.,]\d+)?)\s*m(?:in)?)?\s*(?:(\d+)\s*s)?$/i;
const MINUTES = /^\d+(?:[.,]\d+)?$/;

/** The seconds that a text names, or null when it names no duration of a second to a day. */
export function secondsOf(text: string): number | null {
  const typed = text.trim();
  if (typed === "") return null;
  const seconds = Math.round(rawSeconds(typed));
  return seconds >= 1 && seconds <= MOST_SECONDS ? seconds : null;
}

function rawSeconds(typed: string): number {
  if (MINUTES.test(typed)) return 60 * numberOf(typed);
  const clock = CLOCK.exec(typed);
  if (clock) return 3600 * Number(clock[1]) + 60 * Number(clock[2]);
  const parts = PARTS.exec(typed);
  if (!parts) return Number.NaN;
  const [, hours, minutes, seconds] = parts;
  return 3600 * numberOf(hours) + 60 * numberOf(minutes) + numberOf(seconds);
}

const numberOf = (text: string | undefined) => Number((text ?? "0").replace(",", "."));

/** A duration as somebody would type it: nothing of it is lost when it is saved again. */
export function typedDuration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor((seconds % 3600) / 60), "m"],
    [seconds % 60, "s"],
  ] as const;
  const named = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count}${unit}`);
  return named.join(" ") || "0m";
}

/** A duration to read: "1 h 30 min"; seconds only of what is shorter than an hour. */
export function durationText(seconds: number, t: TFunction, language: string): string {
  const say = (unit: "hours" | "minutes" | "seconds", count: number) =>
    t(`timeEntry.unit.${unit}`, {
      count: count as number,
      formatted: count.toLocaleString(language),
    });
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = seconds % 60;
  const parts = [
    hours > 0 && say("hours", hours),
    minutes > 0 && say("minutes", minutes),
    hours === 0 && (rest > 0 || minutes === 0) && say("seconds", rest),
  ];
  return parts.filter(Boolean).join(" ");
}

/** What a timer shows: hours, minutes and seconds. */
export function clockText(seconds: number): string {
  const two = (count: number) => String(count).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}
