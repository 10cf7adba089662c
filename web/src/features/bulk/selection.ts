import type { BulkRunRequest, BulkSearch } from "./api";

/** Which tickets, as the address holds them: numbers, or a list as the API is asked for it. */
export type BulkSelection = { numbers?: string; list?: BulkSearch };

const texts = [
  "team_id",
  "assignee_id",
  "status",
  "category",
  "priority",
  "tag",
  "q",
  "zone",
] as const;
const ids = ["requester_id", "organization_id"] as const;

/** Reads the address; what it does not know it leaves out. */
export function parseSelection(search: Record<string, unknown>): BulkSelection {
  if (typeof search.numbers === "string") return { numbers: search.numbers };
  if (typeof search.list !== "object" || search.list === null) return {};
  const given = search.list as Record<string, unknown>;
  const list: Record<string, unknown> = {};
  if (typeof given.view === "string") list.view = given.view;
  for (const name of texts) {
    if (typeof given[name] === "string" || typeof given[name] === "number")
      list[name] = String(given[name]);
  }
  for (const name of ids) if (typeof given[name] === "number") list[name] = given[name];
  return { list: list as BulkSearch };
}

/** The part of a request that names the tickets, or null for an address without any. */
export function requestOf(selection: BulkSelection): Omit<BulkRunRequest, "actions"> | null {
  if (selection.list) return { search: selection.list };
  const numbers = (selection.numbers ?? "")
    .split(",")
    .map(Number)
    .filter((one) => one > 0);
  return numbers.length > 0 ? { numbers } : null;
}
