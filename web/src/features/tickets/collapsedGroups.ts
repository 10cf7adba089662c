import { useCallback, useMemo } from "react";
import { useMe } from "@/api/session";
import { useStored } from "@/lib/browserStorage";
import { DEFAULT_VIEW, type TicketSearch } from "./search";

/** So many lists are remembered, the latest ones; and of each so many groups. */
const MOST_LISTS = 50;
const MOST_GROUPS = 100;
const NOTHING: string = "[]";

/** The collapsed groups of each list, the latest list last. */
type Kept = [list: string, groups: string[]][];

/** Which groups of a list the person collapsed, kept in this browser, and how to collapse or expand one. */
export function useCollapsed(search: TicketSearch, by: string) {
  const [stored, store] = useStored(`atum.collapsed.${useMe().person.id}`, NOTHING);
  const list = `${search.view ?? DEFAULT_VIEW} ${by}`;
  const kept = useMemo(() => readKept(stored), [stored]);
  const groups = kept.find(([one]) => one === list)?.[1];
  const collapsed: ReadonlySet<string> = useMemo(() => new Set(groups), [groups]);
  const toggle = useCallback(
    (group: string) => {
      const next = collapsed.has(group)
        ? [...collapsed].filter((one) => one !== group)
        : [...collapsed, group].slice(-MOST_GROUPS);
      const others = kept.filter(([one]) => one !== list);
      const all: Kept = next.length > 0 ? [...others, [list, next]] : others;
      store(JSON.stringify(all.slice(-MOST_LISTS)));
    },
    [collapsed, kept, list, store],
  );
  return [collapsed, toggle] as const;
}

/** What an older release stored, or somebody by hand, collapses nothing. */
function readKept(stored: string): Kept {
  try {
    const kept: unknown = JSON.parse(stored);
    const isKept = (one: unknown) =>
      Array.isArray(one) && typeof one[0] === "string" && Array.isArray(one[1]);
    return Array.isArray(kept) ? kept.filter(isKept) : [];
  } catch {
    return [];
  }
}
