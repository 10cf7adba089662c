import type { QueryKey } from "@tanstack/react-query";
import type { LiveChange } from "@/lib/live";
import { ticketKeys } from "./api";

/** Which lists, counts and tickets a change made old; a change without a ticket touches none. */
export function ticketInvalidations(change: LiveChange): QueryKey[] {
  if (change.ticket === null) return [];
  return [
    ticketKeys.lists,
    ticketKeys.counts,
    ticketKeys.ticket(change.ticket),
    ticketKeys.history(change.ticket),
  ];
}
