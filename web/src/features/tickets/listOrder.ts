import type { TicketRow } from "@/api/types";
import { hasWords } from "./conditionTokens";
import { DEFAULT_SORT, isFieldSort, type ListSort, type TicketSearch } from "./search";

/** The moment that each row shows: the one that the list is ordered by. */
export type ShownMoment = "updated" | "created" | "resolved" | "found";

/** What a list is ordered by, as people read it: a sort, or that of a view or search of its own. */
export type OrderName = ListSort | "-resolved_at" | "resolved_at" | "-found";

/** The order in which the API answers a search; what was asked for by words has one of its own. */
export function orderOf(search: TicketSearch): OrderName {
  const sort = search.sort ?? DEFAULT_SORT;
  if (hasWords(search.q)) return "-found";
  if (search.view !== "recently_resolved") return sort;
  if (sort === "-updated_at") return "-resolved_at";
  return sort === "updated_at" ? "resolved_at" : sort;
}

/** The moment to show for an order; within one priority the latest update comes first. */
export function momentOf(search: TicketSearch): ShownMoment {
  const order = orderOf(search);
  if (order === "-found") return "found";
  if (order.endsWith("created_at")) return "created";
  return order.endsWith("resolved_at") ? "resolved" : "updated";
}

/** A row's moment, UTC. */
export function momentAt(row: TicketRow, moment: ShownMoment): string {
  if (moment === "found") return row.match?.at ?? row.updated_at;
  if (moment === "created") return row.created_at;
  if (moment === "resolved") return row.resolved_at ?? row.updated_at;
  return row.updated_at;
}

/** The sort that the same moment has the other way round; null where there is none. */
export function turned(search: TicketSearch): ListSort | null {
  const sort = search.sort ?? DEFAULT_SORT;
  // The moment of a row is not what a custom field orders.
  if (hasWords(search.q) || sort === "-priority" || isFieldSort(sort)) return null;
  return (sort.startsWith("-") ? sort.slice(1) : `-${sort}`) as ListSort;
}
