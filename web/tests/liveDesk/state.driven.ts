import { InfiniteQueryObserver, type QueryKey, QueryObserver } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { staffQuery, statusesQuery, tagsQuery, teamsQuery } from "@/api/directory";
import { meQuery } from "@/api/session";
import type { TicketQuery } from "@/api/types";
import { features } from "@/app/features";
import { Refresher } from "@/app/live/refresher";
import { createQueryClient } from "@/app/queryClient";
import { changesQuery } from "@/features/changes/api";
import {
  contactPagesQuery,
  countedTeamsQuery,
  organizationsQuery,
  peopleQuery,
  rolesQuery,
  workspaceQuery,
} from "@/features/settings/api";
import { countsQuery, historyQuery, listQuery, ticketQuery } from "@/features/tickets/api";
import { LiveConnection } from "@/lib/liveSocket";
import { actAtRandom, ask, desk, fetchAs, seeded, socketAs } from "./desk";

// The same rules at a pace at which a test ends; what is asked for is the same.
vi.mock("@/lib/livePolicy.json", () => ({
  default: {
    gatherMs: 20,
    listOrCountEveryMs: 200,
    spreadMs: 20,
    ticketEveryMs: 100,
    ticketSpreadMs: 20,
    otherEveryMs: 200,
    resyncSpreadMs: 50,
    heldTickets: 500,
    grownRows: 50,
    countFields: ["assignee", "status", "team", "ticket"],
  },
}));

const COMMANDS = 60;
const SETTLED_MS = 4_000;
const pause = (ms: number) => new Promise((resume) => setTimeout(resume, ms));

const lists: TicketQuery[] = [
  { view: "all", sort: "-updated_at" },
  { view: "all_open", sort: "-priority" },
  { view: "my_open", sort: "-updated_at" },
  { view: "unassigned", sort: "number" },
  { view: "recently_resolved", sort: "-updated_at" },
  { view: "all", tag: "vpn" },
];
const OPEN_TICKET = 1;

/** Shows everything that a desk can show at once, and keeps it as the web does. */
function openBrowser(viewer: (typeof desk.viewers)[number]) {
  const queryClient = createQueryClient();
  const infinite = [
    ...lists.map((asked) => listQuery(asked)),
    historyQuery(OPEN_TICKET),
    changesQuery,
    peopleQuery(""),
    contactPagesQuery(""),
    organizationsQuery(""),
  ];
  const single = [
    countsQuery,
    ticketQuery(OPEN_TICKET),
    teamsQuery,
    countedTeamsQuery,
    staffQuery,
    statusesQuery,
    tagsQuery,
    rolesQuery,
    workspaceQuery,
    meQuery,
  ];
  const leaves = [
    ...infinite.map((one) => new InfiniteQueryObserver(queryClient, one as never)),
    ...single.map((one) => new QueryObserver(queryClient, one as never)),
  ].map((observer) => observer.subscribe(() => {}));
  const refresher = new Refresher(features, queryClient, viewer.id);
  const connection = new LiveConnection(desk.live, socketAs(viewer.token));
  connection.listen({
    onChanges: (changes, gathered) => refresher.add(changes, gathered),
    onResync: () => refresher.resync(),
  });
  connection.start();
  const close = () => {
    for (const leave of leaves) leave();
    refresher.stop();
    connection.stop();
  };
  return { queryClient, connection, close };
}

/** Waits until nothing is fetched and nothing new was told for a while. */
async function settled(queryClient: ReturnType<typeof createQueryClient>) {
  let stillSince = Date.now();
  while (Date.now() - stillSince < SETTLED_MS) {
    if (queryClient.isFetching() > 0) stillSince = Date.now();
    await pause(50);
  }
}

/** What is kept under each key; what differs by how it came to be kept is left out. */
function kept(queryClient: ReturnType<typeof createQueryClient>): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const query of queryClient.getQueryCache().getAll()) {
    found.set(query.queryHash, shown(query.queryKey, query.state.data));
  }
  return found;
}

function shown(key: QueryKey, data: unknown): unknown {
  // How many tickets a team has is shown from the counted teams.
  if (key.length === 1 && key[0] === "teams") {
    return (data as { open_count: number }[]).map(({ open_count: _count, ...team }) => team);
  }
  const pages = (data as { pages?: { items: unknown[] }[] } | undefined)?.pages;
  if (!pages) return data;
  const items = pages.flatMap((page) => page.items);
  // A list says which rows stand where.
  return key[0] === "tickets" ? items.map((row) => JSON.stringify(row)) : items;
}

test.each(desk.viewers)(
  "state and events are what a fresh fetch gives to $name",
  async (viewer) => {
    const pick = seeded(desk.seed + viewer.id);
    vi.stubGlobal("fetch", fetchAs(viewer.token));
    const joinsAfter = pick(15);
    for (let step = 0; step < joinsAfter; step += 1) await actAtRandom(pick);
    const browser = openBrowser(viewer);
    const cutAt = pick(COMMANDS);
    for (let step = 0; step < COMMANDS; step += 1) {
      await actAtRandom(pick);
      if (step === cutAt) browser.connection.stop();
      if (step === cutAt + 6) browser.connection.start();
    }
    browser.connection.start();
    // The last change is heard of before anything is compared.
    await ask(desk.actors[0] as string, "PATCH", "/api/v1/workspace", '{"name":"The end"}');
    await vi.waitFor(
      () => expect(browser.queryClient.getQueryData(workspaceQuery.queryKey)?.name).toBe("The end"),
      { timeout: 60_000, interval: 100 },
    );
    await settled(browser.queryClient);
    const held = kept(browser.queryClient);
    await browser.queryClient.refetchQueries();
    const fresh = kept(browser.queryClient);
    browser.close();
    for (const [hash, data] of fresh) {
      // Tags are suggestions: each that is in use is known, one whose last ticket lost it may stay a while.
      const told = hash === '["tags"]' ? expect.arrayContaining(data as string[]) : data;
      expect.soft(held.get(hash), hash).toEqual(told);
    }
    expect(fresh.size).toBeGreaterThan(15);
  },
);
