import { expect, test } from "vitest";
import type { TicketQuery, TicketRow } from "@/api/types";
import { type ListedPage, placeRow } from "@/features/tickets/listPages";
import { belongs, compareMoments, mayBeFound, orderOfList } from "@/features/tickets/listRules";
import known from "./listCases.json";

// Written by api/tests/tickets/test_web_list_rules.py: what the API answers to each list.
const rows = known.rows as TicketRow[];
const lists = known.lists as { asked: TicketQuery; numbers: number[] }[];
const reader = { me: known.me, now: Date.parse(known.now) };
const numbersOf = (found: readonly TicketRow[]) => found.map((row) => row.number);

test.each(lists)("the web lists as the server does: $asked", ({ asked, numbers }) => {
  const order = orderOfList(asked);
  if (!order) throw new Error("the web does not know this order");
  const held = rows.filter((row) => belongs(asked, row, reader));
  expect(numbersOf(held.toSorted(order))).toEqual(numbers);
});

/** A list's first pages as the server gave them, and what it holds in all. */
function paged(asked: TicketQuery, size: number, count: number) {
  const order = orderOfList(asked) ?? (() => 0);
  const all = rows.filter((row) => belongs(asked, row, reader)).sort(order);
  const pages = Array.from({ length: count }, (_, at): ListedPage => {
    const items = all.slice(at * size, (at + 1) * size);
    const more = all.length > (at + 1) * size;
    return { items, next_cursor: more ? "more" : null, ends_with: more ? items.at(-1) : undefined };
  });
  return { pages: pages.filter((page) => page.items.length > 0), all, order };
}

const fields = new Set(["status"]);
const later = (row: TicketRow, parts: Partial<TicketRow>): TicketRow => ({
  ...row,
  version: row.version + 1,
  updated_at: known.now.replace("Z", `.${String(row.number).padStart(6, "0")}Z`),
  ...parts,
});

test.each(lists)(
  "changed one after the other, rows stand where they belong: $asked",
  ({ asked }) => {
    const { pages: fetched, order } = paged(asked, 4, 2);
    const end = fetched.at(-1)?.ends_with;
    let pages = fetched;
    const now = new Map(rows.map((row) => [row.number, row]));
    for (const [at, row] of rows.entries()) {
      const other = rows[(at * 7 + 3) % rows.length] ?? row;
      const { status, assignee, priority, team, tags, resolved_at } = other;
      const changed = later(row, { status, assignee, priority, team, tags, resolved_at });
      now.set(row.number, changed);
      const placed = placeRow(pages, asked, { number: row.number, row: changed, fields }, reader);
      expect(placed.certain).toBe(true);
      pages = placed.pages;
      const truth = [...now.values()]
        .filter((one) => belongs(asked, one, reader) && (!end || order(one, end) <= 0))
        .sort(order);
      expect(numbersOf(pages.flatMap((page) => page.items))).toEqual(numbersOf(truth));
    }
    expect(pages.map((page) => page.next_cursor)).toEqual(fetched.map((page) => page.next_cursor));
  },
);

test("a row that is older than the one shown changes nothing", () => {
  const { pages } = paged({ view: "all" }, 10, 1);
  const row = pages[0]?.items[4] as TicketRow;
  const older = { ...row, updated_at: "2020-01-01T00:00:00Z", subject: "What it was" };
  const placed = placeRow(
    pages,
    { view: "all" },
    { number: row.number, row: older, fields },
    reader,
  );
  expect(placed).toEqual({ pages, certain: true });
});

test("a ticket out of sight leaves the list", () => {
  const { pages } = paged({ view: "all" }, 10, 1);
  const number = pages[0]?.items[4]?.number as number;
  const placed = placeRow(pages, { view: "all" }, { number, row: undefined, fields }, reader);
  expect(placed.pages[0]?.items).toHaveLength(9);
  expect(placed.certain).toBe(true);
});

test("what the web does not know it does not decide", () => {
  const { pages } = paged({ view: "all" }, 10, 1);
  const row = later(rows[0] as TicketRow, {});
  const news = { number: row.number, row, fields };
  for (const asked of [{ view: "urgent" }, { view: "all", sort: "-age" }, { colour: "red" }]) {
    const placed = placeRow(pages, asked as unknown as TicketQuery, news, reader);
    expect(placed).toEqual({ pages, certain: false });
  }
});

test("words decide only when what they are looked for in changed", () => {
  expect(mayBeFound({ view: "all", q: "vpn" }, new Set(["status", "tags"]))).toBe(false);
  expect(mayBeFound({ view: "all", q: "vpn" }, new Set(["messages"]))).toBe(true);
  expect(mayBeFound({ view: "all_open", q: "vpn" }, new Set(["status"]))).toBe(true);
  expect(mayBeFound({ view: "all", q: "vpn", tag: "a" }, new Set(["tags"]))).toBe(true);
});

test("moments are compared to the microsecond, with and without a fraction", () => {
  const ordered = [
    "2026-01-15T12:00:00Z",
    "2026-01-15T12:00:00.000001Z",
    "2026-01-15T12:00:00.45Z",
    "2026-01-15T12:00:00.500000Z",
    "2026-01-15T12:00:01Z",
  ];
  expect(ordered.toReversed().sort(compareMoments)).toEqual(ordered);
  expect(compareMoments("2026-01-15T12:00:00.5Z", "2026-01-15T12:00:00.500000Z")).toBe(0);
});

test("a list by a condition is the server's to judge, whatever changed", () => {
  const asked: TicketQuery = { view: "all", q: "-tag:vpn" };
  const { pages } = paged({ view: "all" }, 5, 1);
  const held = pages[0]?.items[0] as TicketRow;
  const row = later(held, { subject: "Renamed" });
  const placed = placeRow(
    pages,
    asked,
    { number: row.number, row, fields: new Set(["subject"]) },
    reader,
  );
  expect(placed.certain).toBe(false);
  expect(placed.pages[0]?.items[0]?.subject).toBe("Renamed");
  const unknown = later(held, { number: 999_999 });
  const other = placeRow(
    pages,
    asked,
    { number: unknown.number, row: unknown, fields: new Set(["tags"]) },
    reader,
  );
  expect(other.certain).toBe(false);
  expect(other.pages).toEqual(pages);
});
