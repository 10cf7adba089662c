import { useQuery } from "@tanstack/react-query";
import { memo, useLayoutEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { fieldsAsked } from "@/ui/ticketColumns/ownColumns";
import { useCollapsed } from "../collapsedGroups";
import { type ListResult, linesOf, type Section, type ShownList, sectionOf } from "../listSections";
import { queryOf, type TicketSearch } from "../search";
import { groupsQuery, type TicketGroup } from "./api";
import { GroupName } from "./GroupName";
import { useOpenLists } from "./openLists";
import "./texts";

/** So many groups fetch their first page at the same time. */
const MOST_OPENING = 2;

type GroupedListProps = {
  search: TicketSearch;
  columns: readonly string[];
  by: string;
  /** Told the list whenever it is another, before it is painted; null when it is shown no more. */
  onList: (list: ShownList | null) => void;
};

/**
 * A list in groups by any field: first the groups with their counts, then the page of each as it comes
 * into sight. It draws nothing itself, so that what draws the list stays when its kind changes.
 */
function GroupedList({ search, columns, by, onList }: GroupedListProps) {
  const { t } = useTranslation();
  // The groups' own field is asked for, so that changed rows tell which group they are of.
  const asked = { ...queryOf(search), ...fieldsAsked([...new Set([...columns, by])]) };
  const groups = useQuery(groupsQuery(asked, by));
  const items = groups.data?.items ?? [];
  const [collapsed, toggleGroup] = useCollapsed(search, by);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const shown = items.filter(({ group }) => opened.has(group) && !collapsed.has(group));
  const lists = useOpenLists(new Map(shown.map(({ group }) => [group, { ...asked, group }])));
  const isOpening = [...lists.values()].filter((list) => list.isPending).length >= MOST_OPENING;
  const open = (group: string) => {
    if (!isOpening && !opened.has(group)) setOpened(new Set([...opened, group]));
  };
  const lines = items.flatMap((group) =>
    linesOf(section(group, lists.get(group.group), open), collapsed, countOf(group)),
  );
  if (groups.data && !groups.data.complete) {
    lines.push({ kind: "note", key: "note", text: t("groups.incomplete") });
  }
  const list = {
    lines,
    rows: lines.flatMap((line) => (line.kind === "row" ? [line.row] : [])),
    countText: totalOf(items, groups.data?.complete),
    corrected: undefined,
    isLoading: groups.isPending,
    error:
      groups.error ?? [...lists.values()].find(({ error, data }) => error && !data)?.error ?? null,
    refetch: () => {
      void groups.refetch();
      for (const list of lists.values()) void list.refetch();
    },
    toggleGroup,
    headOf: (key: string) => <GroupName by={by} group={items.find(({ group }) => group === key)} />,
  };
  // Told after each of its own renders: whoever is told renders again, and this does not.
  useLayoutEffect(() => onList({ search, list }));
  useLayoutEffect(() => () => onList(null), [onList]);
  return null;
}

export default memo(GroupedList);

/** A group whose page was not asked for yet has its tickets still to come. */
function section(
  { group }: TicketGroup,
  list: ListResult | undefined,
  open: (group: string) => void,
): Section {
  if (list?.data) return sectionOf(group, list);
  return { key: group, rows: [], hasMore: true, fetchMore: () => open(group) };
}

const countOf = ({ count, exact }: TicketGroup) => `${count}${exact ? "" : "+"}`;

function totalOf(items: readonly TicketGroup[], complete: boolean | undefined): string {
  if (complete === undefined) return "";
  const total = items.reduce((sum, { count }) => sum + count, 0);
  return `${total}${complete && items.every(({ exact }) => exact) ? "" : "+"}`;
}
