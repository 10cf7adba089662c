import type { BulkRunRequest, BulkSearch } from "./api";

const names = [
  "view",
  "team_id",
  "assignee_id",
  "status",
  "category",
  "priority",
  "tag",
  "q",
  "zone",
  "requester_id",
  "organization_id",
] as const;

/** Which tickets, as the address holds them: numbers, or a list by the parameters of the API. */
export type BulkSelection = { numbers?: string } & { [name in (typeof names)[number]]?: string };

/** Reads the address; what it does not know it leaves out. */
export function parseSelection(search: Record<string, unknown>): BulkSelection {
  const read: Record<string, string> = {};
  for (const name of ["numbers", ...names]) {
    const value = search[name];
    if (value !== undefined && value !== null && value !== "") read[name] = String(value);
  }
  return read;
}

/** The part of a request that names the tickets, or null for an address without any. */
export function requestOf(selection: BulkSelection): Omit<BulkRunRequest, "actions"> | null {
  const { numbers, requester_id, organization_id, ...list } = selection;
  if (numbers) return { numbers: numbers.split(",").map(Number) };
  if (!list.view) return null;
  const search = {
    ...list,
    ...(requester_id && { requester_id: Number(requester_id) }),
    ...(organization_id && { organization_id: Number(organization_id) }),
  };
  return { search: search as BulkSearch };
}
