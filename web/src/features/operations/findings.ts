import type { TFunction } from "i18next";
import { sizeText } from "@/lib/sizes";
import type { Backup, Finding, Operations, Service } from "./api";

export const FAMILIES = ["health", "security", "integrity", "performance", "ports"] as const;
export type Family = (typeof FAMILIES)[number];

const gravity = { off: 0, ok: 1, unknown: 2, warn: 3, others: 4, fires: 5 } as const;
const TENTH_BELOW = 100;

export const isWrong = ({ state }: Finding) =>
  state === "warn" || state === "fires" || state === "others";

/** What this kind of installation has not is in no count. */
export const isHere = ({ state }: Finding) => state !== "off";

/** The gravest first; of equals the one that is nearest to its threshold. */
export function byGravity(a: Finding, b: Finding): number {
  return gravity[b.state] - gravity[a.state] || nearness(b) - nearness(a);
}

function nearness({ value, threshold, points }: Finding): number {
  if (typeof value !== "number" || typeof threshold !== "number" || !threshold) return -1;
  const measured = points?.length ? 1 : 0;
  return measured + Math.min(value / threshold, threshold / Math.max(value, 1e-9));
}

/** A trigger's name in words; one that is not known yet is read from its own name. */
export function triggerName(trigger: string, t: TFunction): string {
  const own = trigger.slice(trigger.indexOf(".") + 1);
  const plain = own.replaceAll("_", " ");
  return t(`operations.trigger.${own}`, {
    defaultValue: plain.charAt(0).toUpperCase() + plain.slice(1),
  });
}

/** A measured value with its unit: 84 ms, 87 %, 61 days. */
export function valueText(value: Finding["value"], unit: string, locale: string): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  const digits = Number.isInteger(value) || Math.abs(value) >= TENTH_BELOW ? 0 : 1;
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
  return unit ? `${number}\u00a0${unit}` : number;
}

/** A time span as people say it: 48 s, 3 min 48 s, 1 h 4 min. */
export function spanText(seconds: number, t: TFunction): string {
  const whole = Math.round(seconds);
  if (whole < 60) return t("operations.span.seconds", { count: whole });
  const minutes = Math.floor(whole / 60);
  if (minutes < 60)
    return t("operations.span.minutes", { minutes: String(minutes), seconds: String(whole % 60) });
  return t("operations.span.hours", {
    hours: String(Math.floor(minutes / 60)),
    minutes: String(minutes % 60),
  });
}

/** What is worst just now, as the end of the verdict's sentence; null when nothing is wrong. */
export function worstOf(operations: Operations, t: TFunction): string | null {
  const finding = operations.findings.filter(isWrong).sort(byGravity)[0];
  if (finding) {
    const name = triggerName(finding.trigger, t);
    return finding.state === "others" ? t("operations.worstByOthers", { name }) : name;
  }
  const service = operations.services.find(isTroubled);
  return service ? serviceName(service, t) : null;
}

const isTroubled = ({ state }: Service) => state === "down" || state === "degraded";

export function serviceName({ name }: Service, t: TFunction): string {
  return t(`operations.service.${name}`, { defaultValue: name });
}

/** What a backup added and what all of it is: most of its uploads it shares with others. */
export function sizesText(backup: Backup, locale: string, t: TFunction): string {
  const whole = unbroken(sizeText(backup.bytes ?? 0, locale));
  if (backup.new_bytes == null) return whole;
  return t("operations.sizes", { new: unbroken(sizeText(backup.new_bytes, locale)), whole });
}

/** Keeps a number and its unit on one line. */
const unbroken = (text: string) => text.replaceAll(" ", "\u00a0");
