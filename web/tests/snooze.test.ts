import { beforeAll, expect, it } from "vitest";
import { addStaffTexts, i18next } from "@/app/i18n";
import { morningIn, nextMonday } from "@/features/tickets/outgoing/sendTime";
import {
  bulkSnooze,
  isSnoozed,
  isWoken,
  snoozeEdit,
  snoozeSentence,
} from "@/features/tickets/snooze";
import { en } from "@/locales/en";
import { plainRow } from "./fake/tickets";

beforeAll(async () => {
  addStaffTexts(en);
  await i18next.changeLanguage("en");
});

const first = plainRow();
const open = { ...first, status: { ...first.status, category: "open" as const } };
const done = { ...first, status: { ...first.status, category: "resolved" as const } };
const AT = "2026-03-02T08:00:00Z";
const snooze = { at: AT, until: null, on_reply: true, reason: "", woken_at: null };
const woken = { ...snooze, woken_at: "2026-03-03T08:00:00Z" };

it("takes a ticket for snoozed from its snooze until a later wake, as long as it is open", () => {
  expect(isSnoozed({ ...open, snooze: null })).toBe(false);
  expect(isSnoozed({ ...open, snooze })).toBe(true);
  expect(isSnoozed({ ...open, snooze: woken })).toBe(false);
  expect(isSnoozed({ ...open, snooze: { ...snooze, woken_at: "2026-03-01T08:00:00Z" } })).toBe(
    true,
  );
  expect(isSnoozed({ ...done, snooze })).toBe(false);
});

it("marks what woke until it is opened", () => {
  expect(isWoken({ ...open, snooze: woken, unread: true })).toBe(true);
  expect(isWoken({ ...open, snooze: woken, unread: false })).toBe(false);
  expect(isWoken({ ...done, snooze: woken, unread: true })).toBe(false);
  expect(isWoken({ ...open, snooze: null, unread: true })).toBe(false);
});

it.each([1, 2, 3, 4, 5, 6, 7])(
  "offers the morning of a Monday that is to come, on day %i",
  (day) => {
    const now = new Date(2026, 5, day, 23, 30);
    const monday = nextMonday(now.getTime());
    expect([monday.getDay(), monday.getHours(), monday.getMinutes()]).toEqual([1, 9, 0]);
    const days = (monday.getTime() - now.getTime()) / 86_400_000;
    expect(days).toBeGreaterThan(0);
    expect(days).toBeLessThanOrEqual(7);
  },
);

it("offers tomorrow's morning on the last day of a month", () => {
  const morning = morningIn(new Date(2026, 0, 31, 12).getTime(), 1);
  expect([morning.getMonth(), morning.getDate(), morning.getHours()]).toEqual([1, 1, 9]);
});

it("sets a moment, an answer or the end, for one ticket and for many", () => {
  const t = i18next.t;
  expect(snoozeEdit("reply", t)?.patch).toEqual({
    snooze: { until: null, on_reply: true, reason: "" },
  });
  const until = snoozeEdit("tomorrow", t)?.patch.snooze?.until ?? "";
  expect(Date.parse(until)).toBeGreaterThan(Date.now());
  expect(snoozeEdit("wake", t)?.patch).toEqual({ snooze: null });
  expect(snoozeEdit("pick", t)).toBeNull();
  expect(bulkSnooze("wake").request).toEqual({ set: { snooze: null } });
  expect(bulkSnooze("reply").request.set?.snooze).toMatchObject({ until: null });
});

it("says in history until when and why, and that it ended", () => {
  const t = i18next.t;
  const said = { until: null, on_reply: true, reason: "Parts" };
  expect(snoozeSentence(said, t)).toContain("Parts");
  expect(snoozeSentence({ woken_at: AT }, t)).toBe(t("change.woke"));
  expect(snoozeSentence(null, t)).toBe(t("change.unsnoozed"));
});
