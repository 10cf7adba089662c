import { type UseInfiniteQueryResult, useInfiniteQuery } from "@tanstack/react-query";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import type { StatusCategory, TicketPage, TicketQuery, TicketRow } from "@/api/types";
import { fieldsAsked } from "@/ui/ticketColumns/ownColumns";
import { listQuery } from "./api";
import { useCollapsed } from "./collapsedGroups";
import {
  BY_CATEGORY,
  DEFAULT_VIEW,
  groupedBy,
  isViewKey,
  queryOf,
  type TicketSearch,
} from "./search";

/** A stretch of the list: one group of it, or everything, which has no key. */
export type Section = {
  key: string | null;
  rows: TicketRow[];
  hasMore: boolean;
  fetchMore: () => void;
};

export type Line =
  | { kind: "group"; key: string; group: string; count: string; collapsed: boolean }
  | { kind: "row"; key: string; row: TicketRow }
  | { kind: "more"; key: string; section: Section }
  | { kind: "note"; key: string; text: string };

export type ListResult = UseInfiniteQueryResult<
  { pages: { items: TicketRow[]; corrected?: TicketPage["corrected"] }[] },
  Error
>;

function useSection(asked: TicketQuery, category: StatusCategory | null, enabled: boolean) {
  const query = useInfiniteQuery({
    ...listQuery(asked, category ?? undefined),
    enabled,
  });
  return { query: query as ListResult, category, enabled };
}

export type TicketList = {
  lines: Line[];
  /** The rows in the order shown, without collapsed groups. */
  rows: TicketRow[];
  /** How many are loaded, with a plus when there are more. */
  countText: string;
  /** The word that was taken for another's mistake, as nothing holds it. */
  corrected: TicketPage["corrected"];
  isLoading: boolean;
  error: Error | null;
  refetch: () => void;
  toggleGroup: (group: string) => void;
  /** Draws what a group is called, where that is not the category of the status. */
  headOf?: (group: string) => ReactNode;
};

/** A list, and what it was asked with. */
export type ShownList = { search: TicketSearch; list: TicketList };

/**
 * The list for a search: per-category queries side by side when grouped, one query when not. Rows carry
 * the values of the custom fields that are among the columns. Nothing is asked for where another kind of list is
 * shown instead.
 */
export function useTicketList(
  search: TicketSearch,
  columns: readonly string[],
  isShown: boolean,
): TicketList {
  const asked = { ...queryOf(search), ...fieldsAsked(columns) };
  const grouped = isShown && groupedBy(search) === BY_CATEGORY;
  const isStored = !isViewKey(search.view ?? DEFAULT_VIEW);
  const [collapsed, toggleGroup] = useCollapsed(search, BY_CATEGORY);
  const all = [
    useSection(asked, null, isShown && !grouped),
    useSection(asked, "new", grouped),
    useSection(asked, "open", grouped),
    useSection(asked, "waiting", grouped),
    useSection(asked, "on_hold", grouped),
    // What came with the product and stands in groups holds open tickets alone.
    useSection(asked, "resolved", grouped && isStored),
    useSection(asked, "closed", grouped && isStored),
  ];
  const active = all.filter((section) => section.enabled);
  const sections = active.map(({ query, category }) => sectionOf(category, query));
  const lines = sections.flatMap((section) => linesOf(section, collapsed));
  const loaded = sections.reduce((sum, section) => sum + section.rows.length, 0);
  const more = sections.some((section) => section.hasMore);
  const isLoading = active.some(({ query }) => query.isPending);
  return {
    lines,
    rows: lines.flatMap((line) => (line.kind === "row" ? [line.row] : [])),
    // Nothing is counted yet while nothing is there: "0" would be a lie.
    countText: isLoading && loaded === 0 ? "" : `${loaded}${more ? "+" : ""}`,
    corrected: active[0]?.query.data?.pages[0]?.corrected,
    isLoading,
    error: active.find(({ query }) => query.error && !query.data)?.query.error ?? null,
    refetch: () => {
      for (const { query } of active) void query.refetch();
    },
    toggleGroup,
  };
}

/** A stretch of the list as far as it has been fetched. */
export function sectionOf(key: string | null, query: ListResult): Section {
  return {
    key,
    rows: query.data?.pages.flatMap((page) => page.items) ?? [],
    hasMore: query.hasNextPage,
    fetchMore: () => {
      if (!query.isFetchingNextPage) void query.fetchNextPage();
    },
  };
}

/** The lines of a section; `count` is how many tickets it has, where that is known before they are fetched. */
export function linesOf(section: Section, collapsed: ReadonlySet<string>, count?: string): Line[] {
  const { key, rows, hasMore } = section;
  // All that was loaded may have moved on while more is to come.
  if (rows.length === 0 && !hasMore) return [];
  const isCollapsed = key !== null && collapsed.has(key);
  const group: Line[] =
    key === null
      ? []
      : [
          {
            kind: "group",
            key: `group-${key}`,
            group: key,
            count: (hasMore ? count : undefined) ?? `${rows.length}${hasMore ? "+" : ""}`,
            collapsed: isCollapsed,
          },
        ];
  if (isCollapsed) return group;
  const body = rows.map((row): Line => ({ kind: "row", key: `row-${row.number}`, row }));
  const more: Line[] = hasMore ? [{ kind: "more", key: `more-${key}`, section }] : [];
  return [...group, ...body, ...more];
}

/** Chosen tickets by number; those that left the list stay out of reach. */
export function useSelection(rows: TicketRow[]) {
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const numbers = useMemo(
    () => rows.map((row) => row.number).filter((number) => chosen.has(number)),
    [rows, chosen],
  );
  const toggle = useCallback((number: number) => {
    setChosen((held) => {
      const next = new Set(held);
      if (!next.delete(number)) next.add(number);
      return next;
    });
  }, []);
  const setAll = useCallback((next: number[]) => setChosen(new Set(next)), []);
  return { numbers, has: (number: number) => chosen.has(number), toggle, setAll };
}

export type Selection = ReturnType<typeof useSelection>;
