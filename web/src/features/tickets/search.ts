import type { TicketQuery } from "@/api/types";
import { readersZone } from "@/lib/timeZone";
import { hasFields, hasWords } from "./conditionTokens";
import { type FilterKey, filterKeys, filterOf, filters } from "./properties";

export const viewKeys = [
  "my_open",
  "unassigned",
  "all_open",
  "waiting",
  "snoozed",
  "recently_resolved",
  "all",
] as const;
export type ViewKey = (typeof viewKeys)[number];
/** A view that came with the product by its name, any view by its id. */
export type ListedView = ViewKey | `${number}`;

export const isViewKey = (view: string | null): view is ViewKey =>
  viewKeys.some((key) => key === view);

export const sortKeys = [
  "-updated_at",
  "updated_at",
  "-created_at",
  "created_at",
  "-priority",
] as const;
export type SortKey = (typeof sortKeys)[number];
/** A sort by a custom field, upwards or downwards; what has no value comes last. */
export type FieldSort = `field.${string}` | `-field.${string}`;
export type ListSort = SortKey | FieldSort;

/** A sort as people choose it; undefined for what is none. */
export function asSort(value: unknown): ListSort | undefined {
  const named = oneOf(sortKeys, value);
  if (named || typeof value !== "string") return named;
  return /^-?field\.[a-z][a-z0-9_]{0,39}$/.test(value) ? (value as FieldSort) : undefined;
}

export const isFieldSort = (sort: string): sort is FieldSort =>
  sort.startsWith("field.") || sort.startsWith("-field.");

/** The list's state as the URL holds it; what is missing has its default. */
export type TicketSearch = { [key in FilterKey]?: string } & {
  view?: ListedView;
  q?: string;
  sort?: ListSort;
  /** "none", or the key of the field that the list stands in groups by. */
  group?: string;
};

export const DEFAULT_VIEW: ViewKey = "all_open";
export const DEFAULT_SORT: SortKey = "-updated_at";

function oneOf<T extends string>(allowed: readonly T[], value: unknown): T | undefined {
  return allowed.find((key) => key === value);
}

const fieldKeyOf = (value: unknown) =>
  typeof value === "string" && /^[a-z][a-z0-9_.]{0,59}$/.test(value) ? value : undefined;

/** The id of a view; it came as text or, written without quotation marks, as a number. */
function idOf(value: unknown): ListedView | undefined {
  const text = String(value ?? "");
  return /^[1-9]\d{0,17}$/.test(text) ? (text as ListedView) : undefined;
}

/** Reads the URL; what it does not know it leaves out. */
export function parseTicketSearch(search: Record<string, unknown>): TicketSearch {
  const parsed: TicketSearch = {
    view: oneOf(viewKeys, search.view) ?? idOf(search.view),
    sort: asSort(search.sort),
    group: fieldKeyOf(search.group),
  };
  for (const key of [...filterKeys, "q"] as const) {
    const value = search[key];
    if (typeof value === "string" && value) parsed[key] = value;
  }
  return parsed;
}

/** The filter's values as a list. */
export function valuesOf(search: TicketSearch, key: FilterKey): string[] {
  return search[key]?.split(",").filter(Boolean) ?? [];
}

/** The search with one value of a filter added, or taken away when it was there. */
export function toggled(search: TicketSearch, key: FilterKey, value: string): TicketSearch {
  const values = valuesOf(search, key);
  const others = filterOf(key).single ? [] : values;
  const next = values.includes(value)
    ? values.filter((other) => other !== value)
    : [...others, value];
  return { ...search, [key]: next.length > 0 ? next.join(",") : undefined };
}

/** What the API is asked for. */
export function queryOf(search: TicketSearch): TicketQuery {
  const asked = filters.map(({ key, param }) => [param, search[key]] as const);
  return {
    view: search.view ?? DEFAULT_VIEW,
    ...Object.fromEntries(asked),
    requester_id: search.requester ? Number(search.requester) : undefined,
    q: search.q,
    zone: needsZone(search) ? readersZone() : undefined,
    sort: search.sort ?? DEFAULT_SORT,
  };
}

/** Whether what is asked for may name days. */
const needsZone = ({ q, view }: TicketSearch) =>
  hasFields(q) || (view !== undefined && !isViewKey(view));

export const BY_CATEGORY = "category";

/**
 * The field that a list stands in groups by, null without groups: what is found by words keeps its order,
 * and by the category of the status stands what has several of them.
 */
export function groupedBy(search: TicketSearch): string | null {
  const { group, q } = search;
  if (group && group !== "none" && group !== BY_CATEGORY) return hasWords(q) ? null : group;
  if (group === "none" || search.status || q) return null;
  const view = search.view ?? DEFAULT_VIEW;
  const stands = isViewKey(view) ? openViews.has(view) : group === BY_CATEGORY;
  return stands ? BY_CATEGORY : null;
}

const openViews: ReadonlySet<ViewKey> = new Set(["my_open", "unassigned", "all_open"]);
