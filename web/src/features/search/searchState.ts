import type { SearchKind, SearchSort } from "@/api/types";

export const searchKinds = ["tickets", "contacts", "organizations", "attachments"] as const;

/** The screen's state as the address holds it; what is missing has its default. */
export type SearchState = { q?: string; kind?: SearchKind; order?: SearchSort };

/** Reads the address; what it does not know it leaves out. */
export function parseSearch(search: Record<string, unknown>): SearchState {
  return {
    q: typeof search.q === "string" && search.q ? search.q : undefined,
    kind: searchKinds.find((kind) => kind === search.kind),
    order: search.order === "time" ? "time" : undefined,
  };
}

/** Comparisons beside the words, by the group of which one holds at a time. */
export const comparisons = {
  status: ["category:new", "category:open", "category:waiting", "category:resolved"],
  created: ["created:>now-24h", "created:>now-7d", "created:>now-30d", "created:>now-365d"],
} as const;

/** Whether a text says a comparison, as a word of its own. */
export function says(q: string, comparison: string): boolean {
  return q.split(/\s+/).includes(comparison);
}

/** The text with one comparison of a group, or without it when it was there. */
export function compared(q: string, group: readonly string[], comparison: string): string {
  const others = q.split(/\s+/).filter((word) => word && !group.includes(word));
  return (says(q, comparison) ? others : [...others, comparison]).join(" ");
}
