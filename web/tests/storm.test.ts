import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { TicketQuery, TicketRow } from "@/api/types";
import type { Refresher } from "@/app/live/refresher";
import { sortKeys, viewKeys } from "@/features/tickets/search";
import type { LiveChange } from "@/lib/liveSocket";
import { closeBrowsers, openBrowser } from "./fake/browser";
import { StormDesk } from "./fake/storm";

const SETTLED_MS = 2_000;
const FRAME_MS = 80;
const CHANGES_A_SECOND = 50;

// Half a minute of a storm is computed, not waited for; a busy machine takes its time for that.
vi.setConfig({ testTimeout: 120_000 });

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 2, 8) });
});
afterEach(() => {
  closeBrowsers();
  vi.useRealTimers();
});

/** Lets others change tickets for a while; `eachSecond` is called in between. */
async function storm(
  desk: StormDesk,
  refresher: Refresher,
  seconds: number,
  eachSecond: () => void = () => {},
) {
  let frame: LiveChange[] = [];
  const steps = seconds * CHANGES_A_SECOND;
  for (let step = 1; step <= steps; step += 1) {
    await vi.advanceTimersByTimeAsync(1000 / CHANGES_A_SECOND);
    frame.push(desk.change());
    if (step % Math.round((FRAME_MS * CHANGES_A_SECOND) / 1000) === 0) {
      refresher.add(frame, true);
      frame = [];
    }
    if (step % CHANGES_A_SECOND === 0) eachSecond();
  }
  refresher.add(frame, true);
}

/** What a row shows, but for the mark that only the server knows at once. */
const shown = ({ number, version, updated_at, status, assignee, team, priority }: TicketRow) =>
  JSON.stringify([number, version, updated_at, status.key, assignee, team.id, priority]);

/** Compares a list with the truth in all that has been still for two seconds. */
function expectRight(desk: StormDesk, asked: TicketQuery, rows: TicketRow[], hasMore: boolean) {
  const still = (number: number) =>
    (desk.tickets[number - 1]?.changedAt ?? 0) <= Date.now() - SETTLED_MS;
  const truth = desk.listed(asked).filter((ticket) => still(ticket.number));
  const held = rows.filter((row) => still(row.number)).map(shown);
  // Beyond what is loaded nothing can be missing.
  const wanted = (hasMore ? truth.slice(0, held.length) : truth).map(shown);
  expect(held).toEqual(wanted);
  expect(new Set(rows.map((row) => row.number)).size).toBe(rows.length);
}

/** The most requests for lists and counts that fall into any five seconds. */
function mostInFiveSeconds(desk: StormDesk): number {
  const times = desk.requests.map(({ at }) => at);
  return Math.max(
    0,
    ...times.map((from) => times.filter((at) => at >= from && at < from + 4_999).length),
  );
}

const cases: TicketQuery[] = [
  ...viewKeys.flatMap((view) => sortKeys.map((sort) => ({ view, sort }))),
  { view: "all_open", team_id: "2" },
  { view: "all", tag: "printer" },
];

test.each(cases)("in a storm a list is right within two seconds: %o", async (asked) => {
  const desk = new StormDesk(2_000, 7, 0.3);
  const { refresher, rows, hasMore } = await openBrowser(desk, [asked]);
  const seconds = asked.sort === "-updated_at" ? 30 : 10;
  await storm(desk, refresher, seconds, () => expectRight(desk, asked, rows(), hasMore()));
  await vi.advanceTimersByTimeAsync(SETTLED_MS);
  expectRight(desk, asked, rows(), hasMore());
  expect(rows().length).toBeGreaterThan(20);
  expect(desk.requests.length).toBeGreaterThan(seconds / 10);
  expect(mostInFiveSeconds(desk)).toBeLessThanOrEqual(1);
});

test("a grouped list of several pages asks no more than one page does", async () => {
  const desk = new StormDesk(900);
  const asked = (["new", "open", "waiting", "on_hold"] as const).map((category) => ({
    view: "all_open" as const,
    sort: "-updated_at" as const,
    category,
  }));
  const { refresher, rows, hasMore } = await openBrowser(desk, asked, 2);
  await storm(desk, refresher, 30, () => {
    for (const [at, one] of asked.entries()) expectRight(desk, one, rows(at), hasMore(at));
  });
  const seconds = 30;
  expect(desk.requests.length).toBeLessThanOrEqual(seconds / 5 + 2);
});
