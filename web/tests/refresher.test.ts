import { QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { tagsQuery } from "@/api/directory";
import type { TicketQuery } from "@/api/types";
import { features } from "@/app/features";
import { staleKeys } from "@/app/live/refresher";
import { createQueryClient } from "@/app/queryClient";
import { ticketKeys, ticketQuery } from "@/features/tickets/api";
import { showRead } from "@/features/tickets/keptLists";
import { patchScope } from "@/features/tickets/patch";
import policy from "@/lib/livePolicy.json";
import type { LiveChange } from "@/lib/liveSocket";
import { closeBrowsers, openBrowser } from "./fake/browser";
import { StormDesk, type StormTicket } from "./fake/storm";

const OPEN: TicketQuery = { view: "all_open", sort: "-updated_at" };
const MINUTE_MS = 60_000;
let hidden = false;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 2, 8) });
  hidden = false;
  vi.spyOn(document, "hidden", "get").mockImplementation(() => hidden);
});
afterEach(() => {
  closeBrowsers();
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const paths = (desk: StormDesk) => desk.requests.map(({ path }) => path);
const look = (isHidden: boolean) => {
  hidden = isHidden;
  document.dispatchEvent(new Event("visibilitychange"));
};

/** What a change makes old in a cache that knows some tags. */
function staleOf(change: LiveChange, knownTags: string[] = []) {
  const queryClient = createQueryClient();
  queryClient.setQueryData(tagsQuery.queryKey, knownTags);
  return staleKeys(features, change, queryClient);
}

/** One open ticket of the desk, and its change as a frame tells it. */
function openTicket(desk: StormDesk, at = 0): StormTicket {
  const ticket = desk.listed({ view: "all_open" })[at];
  if (!ticket) throw new Error("the desk has no such ticket");
  return ticket;
}
function changed(desk: StormDesk, ticket: StormTicket, told: Partial<LiveChange>): LiveChange {
  ticket.version += 1;
  ticket.updated_at = new Date(Date.now()).toISOString();
  return desk.frameOf(ticket, told);
}
const ranked = (desk: StormDesk, ticket: StormTicket) => {
  ticket.priority = ticket.priority === "low" ? "high" : "low";
  return changed(desk, ticket, { fields: ["priority"] });
};

test("a priority of a row that is shown costs no request", async () => {
  const desk = new StormDesk(60);
  const { refresher, rows } = await openBrowser(desk, [OPEN]);
  const ticket = openTicket(desk, 9);
  refresher.add([ranked(desk, ticket)], true);
  await pass(policy.gatherMs);
  expect(rows()[0]).toMatchObject({ number: ticket.number, priority: ticket.priority });
  await pass(MINUTE_MS);
  expect(desk.requests).toEqual([]);
});

test("an assignment asks for the counts once, after a wait that chance spreads", async () => {
  const waits = [];
  for (const chance of [0, 0.999]) {
    vi.spyOn(Math, "random").mockReturnValue(chance);
    const desk = new StormDesk(60);
    const { refresher } = await openBrowser(desk, [OPEN]);
    const from = Date.now();
    const fields = ["assignee"];
    for (let index = 0; index < 20; index += 1)
      refresher.add([changed(desk, openTicket(desk, index), { fields })], true);
    await pass(MINUTE_MS);
    expect(paths(desk)).toEqual(["tickets/counts"]);
    waits.push((desk.requests[0]?.at ?? 0) - from);
    closeBrowsers();
  }
  const latest = policy.gatherMs + policy.spreadMs;
  expect(waits).toEqual([expect.closeTo(policy.gatherMs, -2), expect.closeTo(latest, -2)]);
});

test("an answer that began before a change does not bring the old row back", async () => {
  const desk = new StormDesk(60);
  desk.latencyMs = 3_000;
  const { refresher, rows, queryClient, lists } = await openBrowser(desk, [OPEN]);
  await pass(4_000);
  const [moved, gone] = [openTicket(desk, 20), openTicket(desk, 30)];
  void lists[0]?.refetch();
  await pass(2_000);
  refresher.add([ranked(desk, moved)], true);
  gone.status = { ...gone.status, key: "resolved", category: "resolved" };
  refresher.add([changed(desk, gone, { fields: ["status"] })], true);
  await pass(2_000);
  expect(queryClient.isFetching({ queryKey: ticketKeys.lists })).toBe(0);
  expect(rows()[0]).toMatchObject({ number: moved.number, priority: moved.priority });
  expect(rows().map((row) => row.number)).not.toContain(gone.number);
});

test("a next page that comes meanwhile leaves the pages before it as they are", async () => {
  const desk = new StormDesk(200);
  desk.latencyMs = 1_000;
  const { refresher, rows, lists } = await openBrowser(desk, [OPEN]);
  await pass(1_000);
  const moved = openTicket(desk, 30);
  void lists[0]?.fetchNextPage();
  await pass(700);
  refresher.add([ranked(desk, moved)], true);
  await pass(1_000);
  expect(rows()).toHaveLength(100);
  expect(rows()[0]).toMatchObject({ number: moved.number, priority: moved.priority });
});

test("a fetch that runs is left to end, and what changed meanwhile has its own turn", async () => {
  const desk = new StormDesk(60);
  const { refresher, queryClient } = await openBrowser(desk, [{ view: "all", q: "vpn" }]);
  const cancel = vi.spyOn(queryClient, "cancelQueries");
  desk.latencyMs = 8_000;
  const told = { command: "ticket.reply", fields: ["messages"] };
  refresher.add([changed(desk, openTicket(desk), told)], true);
  await pass(2_000);
  expect(paths(desk)).toEqual(["tickets"]);
  refresher.add([changed(desk, openTicket(desk), told)], true);
  // Its next turn has come, and the first answer has not.
  await pass(5_900);
  expect(paths(desk)).toEqual(["tickets"]);
  await pass(MINUTE_MS);
  expect(paths(desk)).toEqual(["tickets", "tickets"]);
  expect(cancel).not.toHaveBeenCalled();
});

test("in a list of words only what words can find is asked for", async () => {
  const desk = new StormDesk(60);
  const { refresher, rows } = await openBrowser(desk, [{ view: "all", q: "vpn" }]);
  const at = rows().findIndex((row) => row.number === openTicket(desk).number);
  refresher.add([ranked(desk, openTicket(desk))], true);
  await pass(MINUTE_MS);
  expect(rows()[at]?.priority).toBe(openTicket(desk).priority);
  expect(desk.requests).toEqual([]);
});

test("a hidden page asks for nothing, and is right in the moment it is looked at", async () => {
  const desk = new StormDesk(300);
  const { refresher, rows } = await openBrowser(desk, [OPEN, { view: "all", q: "vpn" }]);
  look(true);
  for (let second = 0; second < 60; second += 1) {
    refresher.add([desk.change(), desk.change()], true);
    await pass(1_000);
  }
  expect(desk.requests).toEqual([]);
  look(false);
  const truth = desk.listed({ view: "all_open" }).map((ticket) => ticket.number);
  expect(rows().map((row) => row.number)).toEqual(truth.slice(0, rows().length));
  await pass(1_000);
  // Each list once at the most: focus and news do not both ask.
  expect(paths(desk).toSorted()).toEqual(["tickets", "tickets", "tickets/counts"]);
});

test("a page hidden for longer than it can remember fetches its lists once", async () => {
  const desk = new StormDesk(1_000);
  const { refresher, rows } = await openBrowser(desk, [OPEN]);
  look(true);
  for (let index = 0; index < 1_500; index += 1) refresher.add([desk.change()], true);
  await pass(10_000);
  look(false);
  await pass(1_000);
  expect(paths(desk).toSorted()).toEqual(["tickets", "tickets/counts"]);
  const truth = desk.listed({ view: "all_open" }).map((ticket) => ticket.number);
  expect(rows().map((row) => row.number)).toEqual(truth.slice(0, 50));
});

test("after frames were lost all is fetched once, at a moment of chance", async () => {
  const desk = new StormDesk(60);
  const { refresher } = await openBrowser(desk, [OPEN]);
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  refresher.resync();
  refresher.resync();
  await pass(policy.resyncSpreadMs / 2 - 1);
  expect(desk.requests).toEqual([]);
  await pass(MINUTE_MS);
  expect(paths(desk).toSorted()).toEqual(["tickets", "tickets/counts"]);
});

test("frames lost by a hidden page are made up for when it is looked at", async () => {
  const desk = new StormDesk(60);
  const { refresher } = await openBrowser(desk, [OPEN]);
  look(true);
  refresher.resync();
  await pass(MINUTE_MS);
  expect(desk.requests).toEqual([]);
  look(false);
  await pass(1_000);
  expect(paths(desk).toSorted()).toEqual(["tickets", "tickets/counts"]);
});

test("a frame without a row of an earlier live service has the list fetched in turn", async () => {
  const desk = new StormDesk(60);
  const { refresher } = await openBrowser(desk, [OPEN]);
  for (let second = 0; second < 20; second += 1) {
    const { row: _row, ...told } = ranked(desk, openTicket(desk, second));
    refresher.add([told], false);
    await pass(1_000);
  }
  expect(paths(desk).every((path) => path === "tickets")).toBe(true);
  expect(desk.requests.length).toBeGreaterThan(1);
  expect(desk.requests.length).toBeLessThanOrEqual(20_000 / policy.listOrCountEveryMs);
});

test("without rows a single change renews all groups soon, and many pay for it afterwards", async () => {
  const desk = new StormDesk(100);
  const groups = (["new", "open", "waiting", "on_hold"] as const).map((category) => ({
    ...OPEN,
    category,
  }));
  const { refresher } = await openBrowser(desk, groups);
  const tell = () => {
    const { row: _row, ...told } = changed(desk, openTicket(desk), { fields: ["status"] });
    refresher.add([told], false);
  };
  tell();
  await pass(policy.gatherMs + policy.spreadMs);
  expect(paths(desk).toSorted()).toEqual([...groups.map(() => "tickets"), "tickets/counts"]);
  for (let second = 0; second < 60; second += 1) {
    await pass(1_000);
    tell();
  }
  expect(desk.requests.length).toBeLessThanOrEqual(5 * (1 + 60 / 25));
});

test("a ticket that leaves one's sight leaves every list without a request", async () => {
  const desk = new StormDesk(60);
  const { refresher, rows } = await openBrowser(desk, [OPEN]);
  const ticket = openTicket(desk, 5);
  const { row: _row, ...told } = changed(desk, ticket, { fields: ["subject"] });
  refresher.add([told], true);
  await pass(MINUTE_MS);
  expect(rows().map((row) => row.number)).not.toContain(ticket.number);
  expect(desk.requests).toEqual([]);
});

test("a requester's message makes a row unread, a colleague's leaves it as it is", async () => {
  const desk = new StormDesk(60);
  const { refresher, rows, queryClient } = await openBrowser(desk, [OPEN]);
  const ticket = openTicket(desk, 5);
  const isUnread = () => rows().find((row) => row.number === ticket.number)?.unread;
  showRead(queryClient, ticket.number);
  const told = { command: "ticket.reply", fields: ["messages"] };
  refresher.add([changed(desk, ticket, { ...told, actor_id: 3 })], true);
  await pass(policy.gatherMs);
  expect(isUnread()).toBe(false);
  refresher.add([changed(desk, ticket, { ...told, actor_id: ticket.requester.id })], true);
  await pass(policy.gatherMs);
  expect(isUnread()).toBe(true);
  await pass(MINUTE_MS);
  expect(desk.requests).toEqual([]);
});

test("who wrote nobody knows: the mark is settled by one request", async () => {
  const desk = new StormDesk(60);
  const { refresher, rows } = await openBrowser(desk, [OPEN]);
  const ticket = openTicket(desk, 5);
  ticket.unread = false;
  const told = { command: "mail.file", fields: ["messages"], actor_id: null };
  refresher.add([changed(desk, ticket, told)], true);
  await pass(policy.gatherMs);
  expect(rows()[0]).toMatchObject({ number: ticket.number, unread: true });
  await pass(MINUTE_MS);
  expect(rows()[0]).toMatchObject({ number: ticket.number, unread: false });
  expect(paths(desk)).toEqual(["tickets"]);
});

test("a row never shown here is unread by a guess that one request settles", async () => {
  const desk = new StormDesk(200);
  const { refresher, rows } = await openBrowser(desk, [OPEN]);
  const ticket = openTicket(desk, 100);
  ticket.unread = false;
  refresher.add([ranked(desk, ticket)], true);
  await pass(policy.gatherMs);
  expect(rows()[0]?.number).toBe(ticket.number);
  await pass(MINUTE_MS);
  expect(rows()[0]).toMatchObject({ number: ticket.number, unread: false });
  expect(paths(desk)).toEqual(["tickets"]);
});

/** A ticket that is open here and in no list: it was read, and what came to it since is not fetched yet. */
async function readAndAnswered(kept: TicketQuery[]) {
  const desk = new StormDesk(200);
  const browser = await openBrowser(desk, kept);
  const ticket = openTicket(desk, 100);
  browser.queryClient.setQueryData(ticketKeys.ticket(ticket.number), {
    ...ticket,
    unread: false,
  } as never);
  ticket.unread = true;
  return { desk, ticket, ...browser };
}

test("of a ticket that is open and enters a list, the mark is settled by a request", async () => {
  const { desk, ticket, refresher, rows } = await readAndAnswered([OPEN]);
  refresher.add([ranked(desk, ticket)], true);
  await pass(policy.gatherMs);
  expect(rows()[0]).toMatchObject({ number: ticket.number, unread: false });
  await pass(MINUTE_MS);
  expect(rows()[0]).toMatchObject({ number: ticket.number, unread: true });
  expect(paths(desk)).toEqual(["tickets"]);
});

test("a list knows more of a ticket than the ticket itself, while that is being fetched", async () => {
  const wide: TicketQuery = { view: "all_open", sort: "-updated_at" };
  const tagged: TicketQuery = { view: "all_open", tag: "pump", sort: "-updated_at" };
  const desk = new StormDesk(60);
  const { refresher, rows, queryClient } = await openBrowser(desk, [wide, tagged]);
  const ticket = openTicket(desk, 5);
  showRead(queryClient, ticket.number);
  queryClient.setQueryData(ticketKeys.ticket(ticket.number), { ...ticket, unread: false } as never);
  const told = { command: "ticket.reply", fields: ["messages"], actor_id: ticket.requester.id };
  refresher.add([changed(desk, ticket, told)], true);
  await pass(policy.gatherMs);
  ticket.tags = ["pump"];
  refresher.add([changed(desk, ticket, { fields: ["tags"] })], true);
  await pass(policy.gatherMs);
  expect(rows(1)[0]).toMatchObject({ number: ticket.number, unread: true });
  await pass(MINUTE_MS);
  expect(paths(desk)).not.toContain("tickets");
});

test("an open ticket is fetched when it changes, once a second at the most", async () => {
  const desk = new StormDesk(60);
  const { refresher, queryClient } = await openBrowser(desk, []);
  const ticket = openTicket(desk);
  const open = new QueryObserver(queryClient, ticketQuery(ticket.number));
  const close = open.subscribe(() => {});
  await pass(1_000);
  desk.requests.length = 0;
  for (let step = 0; step < 100; step += 1) {
    refresher.add([ranked(desk, ticket), ranked(desk, openTicket(desk, 7))], true);
    await pass(100);
  }
  await pass(2_000);
  const path = `tickets/${ticket.number}`;
  expect(new Set(paths(desk))).toEqual(new Set([path]));
  expect(desk.requests.length).toBeGreaterThan(5);
  expect(desk.requests.length).toBeLessThanOrEqual(12);
  expect(open.getCurrentResult().data?.version).toBe(ticket.version);
  close();
});

test("a list left while it was fetched keeps what frames told, and is fetched when it is seen", async () => {
  const desk = new StormDesk(60);
  desk.latencyMs = 2_000;
  const { refresher, rows, lists, leave } = await openBrowser(desk, [OPEN]);
  await pass(2_000);
  const { row: _row, ...untold } = ranked(desk, openTicket(desk, 25));
  refresher.add([untold], false);
  await pass(2_500);
  const moved = openTicket(desk, 20);
  refresher.add([ranked(desk, moved)], true);
  await pass(policy.gatherMs);
  leave();
  await pass(MINUTE_MS);
  expect(paths(desk)).toEqual(["tickets"]);
  lists[0]?.subscribe(() => {});
  expect(rows()[0]).toMatchObject({ number: moved.number, priority: moved.priority });
  await pass(3_000);
  expect(paths(desk)).toEqual(["tickets", "tickets"]);
});

test("a change of one's own that is under way is not overwritten by a frame", async () => {
  const desk = new StormDesk(60);
  const { refresher, rows, queryClient } = await openBrowser(desk, [OPEN]);
  const ticket = openTicket(desk, 3);
  const before = rows().findIndex((row) => row.number === ticket.number);
  let answer = () => {};
  const mutation = queryClient.getMutationCache().build(queryClient, {
    scope: { id: patchScope(ticket.number) },
    mutationFn: () => new Promise<void>((resolve) => (answer = resolve)),
  });
  const done = mutation.execute(undefined);
  await pass(0);
  refresher.add([ranked(desk, ticket)], true);
  await pass(policy.gatherMs);
  expect(rows()[before]?.number).toBe(ticket.number);
  answer();
  await done;
  refresher.add([ranked(desk, ticket)], true);
  await pass(policy.gatherMs);
  expect(rows()[0]?.number).toBe(ticket.number);
});

const told = (parts: Partial<LiveChange>): LiveChange => ({
  ...new StormDesk(1).change(),
  ...parts,
});

test("a reply makes the outbox old, a priority does not", () => {
  expect(staleOf(told({ command: "ticket.reply" }))).toContainEqual(["outbox"]);
  const ranking = told({ command: "ticket.priority", fields: ["priority"] });
  expect(staleOf(ranking)).not.toContainEqual(["outbox"]);
});

test("a tag that is known already leaves the tags alone", () => {
  const change = new StormDesk(1).change();
  const tagged = {
    ...change,
    fields: ["tags"],
    row: change.row && { ...change.row, tags: ["vpn"] },
  };
  expect(staleOf(tagged, ["vpn"])).not.toContainEqual(["tags"]);
  expect(staleOf(tagged, [])).toContainEqual(["tags"]);
});

test("what one may see and how things are called concerns every list", async () => {
  const desk = new StormDesk(60);
  const { refresher } = await openBrowser(desk, [OPEN]);
  const renamed = { command: "team.edit", ticket: null, fields: ["teams"], row: undefined };
  refresher.add([told(renamed)], true);
  await pass(MINUTE_MS);
  expect(paths(desk).toSorted()).toEqual(["tickets", "tickets/counts"]);
  refresher.add([told({ ...renamed, command: "contact.add", fields: ["people"] })], true);
  await pass(MINUTE_MS);
  expect(desk.requests).toHaveLength(2);
});
