import type { StatusCategory, TicketQuery, TicketRow } from "@/api/types";
import { hasFields } from "./conditionTokens";
import { filters as propertyFilters, propertyNames, table } from "./properties";
import { isAmong } from "./properties/property";
import { isSnoozed } from "./snooze";

/**
 * Which tickets a list holds and in which order, as the server's query decides it
 * (api/atum_desk/tickets/queries/lists.py). Both are held to tests/listCases.json; what the web
 * does not know it does not decide.
 */
export type Asked = TicketQuery;

const DAY_MS = 86_400_000;
const RECENT_MS = 7 * DAY_MS;
const OPEN: ReadonlySet<StatusCategory> = new Set(["new", "open", "waiting", "on_hold"]);

/** Who looks (a person's id), and when (ms since 1970). */
export type Reader = { me: number; now: number };

type Rule = (row: TicketRow, reader: Reader) => boolean;

const isOpen: Rule = (row) => OPEN.has(row.status.category);

/** Open work: what is snoozed is none. */
const isAwake: Rule = (row, reader) => isOpen(row, reader) && !isSnoozed(row);

const views: Record<string, Rule> = {
  my_open: (row, { me }) => isAwake(row, { me, now: 0 }) && row.assignee?.id === me,
  unassigned: (row, reader) => isAwake(row, reader) && row.assignee === null,
  all_open: isAwake,
  snoozed: isSnoozed,
  waiting: (row) => row.status.category === "waiting",
  recently_resolved: (row, reader) =>
    !isOpen(row, reader) &&
    row.resolved_at !== null &&
    Date.parse(row.resolved_at) > reader.now - RECENT_MS,
  all: () => true,
};

type Filter = { holds: (row: TicketRow, asked: string, me: number) => boolean; fields: string[] };

/** What narrows a list, by its name in the API's query: properties, and what follows from them. */
const filters: Record<string, Filter> = {
  ...Object.fromEntries(
    propertyFilters.map(({ param, holds, name }) => [param, { holds, fields: [name] }]),
  ),
  category: { holds: (row, asked) => isAmong(asked, row.status.category), fields: ["status"] },
  organization_id: {
    holds: (row, asked) => String(row.organization?.id) === asked,
    fields: ["organization"],
  },
};

const notFilters = new Set(["view", "sort", "q", "zone", "fields", "limit", "cursor"]);

/** The filters that are set: what is asked for beside view, order and words. */
function filtersOf(asked: Asked): [name: string, value: string][] {
  return Object.entries(asked)
    .filter(([name, value]) => (value ?? "") !== "" && !notFilters.has(name))
    .map(([name, value]) => [name, String(value)]);
}

/** Whether a row is of one group of its list, as the address names it; null where rows do not tell. */
function isOfGroup(row: TicketRow, group: string): boolean | null {
  const at = group.indexOf(":");
  const key = group.slice(0, at);
  const held = key.startsWith(OWN) ? ownValue(row, key) : (row as Record<string, unknown>)[key];
  return held === undefined ? null : writtenOf(held) === group.slice(at + 1);
}

const OWN = "field.";
// A field without a value is left out of a row that was asked for it.
const ownValue = (row: TicketRow, key: string) =>
  row.fields && (row.fields[key.slice(OWN.length)] ?? null);

/** A value as groups name it: by its key or id; nothing for none. */
function writtenOf(held: unknown): string {
  if (held === null) return "";
  if (typeof held !== "object") return String(held);
  return String("key" in held ? held.key : "id" in held ? held.id : "");
}

/** Whether a row belongs to a list, its words left aside; null when the web cannot tell. */
export function belongs(asked: Asked, row: TicketRow, reader: Reader): boolean | null {
  const view = views[asked.view ?? "all_open"];
  const { group, ...others } = asked;
  const set = filtersOf(others);
  const ofGroup = group ? isOfGroup(row, group) : true;
  if (ofGroup === null) return null;
  if (!view || set.some(([name]) => !filters[name])) return null;
  return (
    ofGroup &&
    view(row, reader) &&
    set.every(([name, value]) => filters[name]?.holds(row, value, reader.me))
  );
}

/**
 * Whether a change of these fields can bring a ticket into a list of words, or to its top. A condition
 * may ask for anything, also for what no row shows.
 */
export function mayBeFound(asked: Asked, fields: ReadonlySet<string>): boolean {
  if (hasFields(asked.q) || !views[asked.view ?? "all_open"]) return true;
  const deciding = ["messages", "ticket"];
  if (asked.view !== "all") deciding.push("status", "assignee", "snooze");
  for (const [name] of filtersOf(asked)) deciding.push(...(filters[name]?.fields ?? []));
  return deciding.some((field) => fields.has(field));
}

type Compare = (one: TicketRow, other: TicketRow) => number;

/** Compares two UTC moments as the API writes them, to the microsecond, which `Date` cannot. */
export function compareMoments(one: string, other: string): number {
  const [left, right] = [padded(one), padded(other)];
  return left < right ? -1 : left > right ? 1 : 0;
}
const padded = (moment: string) =>
  moment
    .replace("Z", "")
    .replace(/^([^.]*)$/, "$1.")
    .padEnd(26, "0");

// Rows do not tell their ids; of tickets of one moment the later number has the later id.
const byNumber: Compare = (one, other) => one.number - other.number;
const byMoment =
  (moment: (row: TicketRow) => string): Compare =>
  (one, other) =>
    compareMoments(moment(one), moment(other)) || byNumber(one, other);
const byUpdate = byMoment((row) => row.updated_at);
// As the server has it: who was opened later has the later number.
const byCreation = byNumber;
const byResolution = byMoment((row) => row.resolved_at ?? "");
const reversed =
  (compare: Compare): Compare =>
  (one, other) =>
    compare(other, one);

/** Each property with a rank, and within one value the latest update. */
const byRank = propertyNames.flatMap((name): [string, Compare][] => {
  const rank = table[name].rank;
  if (!rank) return [];
  const compare: Compare = (one, other) => rank(one) - rank(other) || byUpdate(one, other);
  return [[`-${name}`, reversed(compare)]];
});

const orders: Record<string, Compare> = {
  ...Object.fromEntries(byRank),
  "-updated_at": reversed(byUpdate),
  updated_at: byUpdate,
  "-created_at": reversed(byCreation),
  created_at: byCreation,
  "-number": reversed(byNumber),
  number: byNumber,
};
const resolvedOrders: Record<string, Compare> = {
  "-updated_at": reversed(byResolution),
  updated_at: byResolution,
};

/** The order of a list; null for words, which have one of their own, and what the web does not know. */
export function orderOfList(asked: Asked): Compare | null {
  if (asked.q) return null;
  const sort = asked.sort ?? "-updated_at";
  const resolved = asked.view === "recently_resolved" ? resolvedOrders[sort] : undefined;
  return resolved ?? orders[sort] ?? null;
}
