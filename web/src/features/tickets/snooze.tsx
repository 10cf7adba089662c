import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { TicketChange, TicketRow } from "@/api/types";
import { i18next } from "@/app/i18n";
import { stampText } from "@/lib/time";
import { Icon } from "@/ui/Icon";
import type { PickerOption } from "@/ui/Picker";
import { inHours, morningIn, nextMonday } from "./outgoing/sendTime";
import type { BulkEdit } from "./properties/property";

export type Snooze = NonNullable<TicketRow["snooze"]>;
type SnoozeInput = NonNullable<TicketChange["snooze"]>;
type Snoozable = Pick<TicketRow, "snooze" | "status">;

const LATER_HOURS = 3;
const ENDED: readonly string[] = ["resolved", "closed"];
const WAKE = "wake";
/** The value that asks for a moment. */
export const PICK = "pick";

/** The usual moments, as the clocks of this device have them. */
const moments = {
  later: (nowMs: number) => inHours(nowMs, LATER_HOURS),
  tomorrow: (nowMs: number) => morningIn(nowMs, 1),
  week: (nowMs: number) => nextMonday(nowMs),
} as const;
type Usual = keyof typeof moments;

/** Whether a ticket is snoozed now, as api/atum_desk/tickets/snoozed.py has it. */
export function isSnoozed({ snooze, status }: Snoozable): boolean {
  if (!snooze || ENDED.includes(status.category)) return false;
  return snooze.woken_at === null || Date.parse(snooze.woken_at) < Date.parse(snooze.at);
}

/** Whether a ticket woke and the person who looks has not opened it since. */
export const isWoken = (row: TicketRow) =>
  row.unread && row.snooze !== null && !ENDED.includes(row.status.category) && !isSnoozed(row);

/** Until when a ticket is snoozed, in words. */
export function snoozeText({ until }: Pick<Snooze, "until">, t: TFunction, locale: string): string {
  if (until === null) return t("snooze.untilReply");
  return t("snooze.until", { moment: stampText(Date.parse(until), Date.now(), locale) });
}

/** What a value of the menu sets; null for one that is none. */
export function snoozeEdit(value: string, t: TFunction) {
  if (value === WAKE) return { patch: { snooze: null }, shown: { snooze: null }, name: "" };
  if (value === PICK) return null;
  const given = inputOf(value);
  const snooze = { ...given, at: new Date().toISOString(), woken_at: null };
  const name = snoozeText(given, t, i18next.language);
  return { patch: { snooze: given }, shown: { snooze }, name };
}

function inputOf(value: string) {
  const until = value in moments ? moments[value as Usual](Date.now()).toISOString() : null;
  return { until, on_reply: true, reason: "" } satisfies SnoozeInput;
}

/** What a value of the menu sets of chosen tickets. */
export function bulkSnooze(value: string): BulkEdit {
  const snooze = value === WAKE ? null : inputOf(value);
  return {
    request: { set: { snooze } },
    sentence: snooze ? "bulk.done.snooze" : "bulk.done.wake",
  };
}

/** The usual moments; of one ticket also any other, and of one that is snoozed its end. */
export function useSnoozeOptions(ticket?: Snoozable): PickerOption[] {
  const { t, i18n } = useTranslation();
  const now = Date.now();
  const sign = <Icon name="moon" />;
  const usual = (Object.keys(moments) as Usual[]).map((value) => ({
    value,
    label: t(`snooze.${value}`),
    hint: stampText(moments[value](now).getTime(), now, i18n.language),
    sign,
  }));
  return [
    ...(ticket === undefined || isSnoozed(ticket)
      ? [{ value: WAKE, label: t("snooze.wake"), sign: <Icon name="bell" /> }]
      : []),
    ...usual,
    { value: "reply", label: t("snooze.reply"), sign },
    ...(ticket ? [{ value: PICK, label: t("snooze.pick"), sign: <Icon name="clock" /> }] : []),
  ];
}

/** On a ticket's line: until when it is snoozed. */
export function SnoozeValue({ ticket }: { ticket: Snoozable }) {
  const { t, i18n } = useTranslation();
  const { snooze } = ticket;
  return (
    <>
      <Icon name="moon" />
      {snooze && isSnoozed(ticket) ? snoozeText(snooze, t, i18n.language) : t("snooze.awake")}
    </>
  );
}

/** On a row of a list: that its ticket is snoozed, or woke since this person opened it. */
export function SnoozeSign({ row }: { row: TicketRow }) {
  const { t, i18n } = useTranslation();
  if (isWoken(row)) return <Icon name="bell" size={14} label={t("snooze.woken")} />;
  if (!row.snooze || !isSnoozed(row)) return null;
  return <Icon name="moon" size={14} label={snoozeText(row.snooze, t, i18n.language)} />;
}

/** Whether history tells the end of a snooze. */
export const isWake = (value: unknown) =>
  typeof value !== "object" || value === null || "woken_at" in value;

/** What history says: until when and why, or that it ended. */
export function snoozeSentence(value: unknown, t: TFunction): string {
  if (typeof value !== "object" || value === null) return t("change.unsnoozed");
  if ("woken_at" in value) return t("change.woke");
  const { until, reason } = value as { until: string | null; reason: string | null };
  const moment = until ? new Date(until).toLocaleString() : "";
  const key = until ? "change.snoozed" : "change.snoozedUntilReply";
  const said = t(key, { moment });
  return reason ? t("change.because", { what: said, reason }) : said;
}
