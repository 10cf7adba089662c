import type { TFunction } from "i18next";
import { viewTexts } from "@/locales/en/viewTexts";

const { when } = viewTexts.viewEditor;
export type NamedMoment = keyof typeof when;

const isNamed = (text: string): text is NamedMoment => text in when;
/** Offered where a moment is asked for, the nearest first. */
export const momentChoices = [
  ...["today", "yesterday", "this-week", "last-week", "this-month", "last-month"],
  ...["now-1h", "now-4h", "now-24h", "now-3d", "now-7d", "now-30d"],
];

const BACK = /^(?:now|today)-(\d{1,5})(min|h|d|w)$/;

/** A moment in words, "3 days ago"; a date as it is written. */
export function momentText(text: string, t: TFunction): string {
  if (isNamed(text)) return t(`viewEditor.when.${text}`);
  const [, count, unit] = BACK.exec(text) ?? [];
  if (!count) return text;
  return t(`viewEditor.ago_${unit as "min" | "h" | "d" | "w"}`, { count: Number(count) });
}
