import { useTranslation } from "react-i18next";
import { desk } from "@/locales/en/desk";
import {
  asSort,
  DEFAULT_SORT,
  DEFAULT_VIEW,
  groupedBy,
  isViewKey,
  type ListSort,
  type TicketSearch,
} from "../search";
import { useViews, type View } from "./api";

/** The view that a list is of: by its id, or by the name of one that came with the product. */
function viewOf(views: readonly View[] | undefined, search: TicketSearch): View | undefined {
  if (!search.view && search.team) return undefined;
  const asked = search.view ?? DEFAULT_VIEW;
  return views?.find((one) => one.listed_as === asked || String(one.id) === asked);
}

/** The view of a list, once the views have come. */
export const useShownView = (search: TicketSearch) => viewOf(useViews(), search);

/** What a view is called; one that came with the product and was not renamed in the reader's language. */
export function useViewName(): (view: View) => string {
  const { t } = useTranslation();
  return ({ key, name }) => (isViewKey(key) && desk.view[key] === name ? t(`view.${key}`) : name);
}

/** The order of a view's list: the reader's own, or the view's. */
export function sortOf(view: View | undefined): ListSort {
  return asSort(view?.own.sort ?? view?.sort) ?? DEFAULT_SORT;
}

const isGroupedView = (view: View) => view.own.grouped ?? view.grouped;
const NO_COLUMNS: readonly string[] = [];
/** The columns of a view: the reader's own, or the view's. */
export const columnsOf = (view: View | undefined): readonly string[] =>
  view?.own.columns ?? view?.columns ?? NO_COLUMNS;

/** The field that a view stands in groups by, for the reader; "none" without groups. */
export const groupOf = (view: View) =>
  isGroupedView(view) ? (view.own.group_by ?? view.group_by) : "none";

/** What the address would have to say for the groups of a view: nothing where they come by themselves. */
function groupAsked(view: View, byItself: string): TicketSearch["group"] {
  const group = groupOf(view);
  return group === byItself ? undefined : group;
}

/**
 * The search with what its view, and what the reader laid over it, add: an order and groups that the
 * address does not name. It stays the same object where they add nothing.
 */
export function shownSearch(search: TicketSearch, view: View | undefined): TicketSearch {
  if (!view) return search;
  const sort = search.sort ?? sortOf(view);
  const group = search.group ?? groupAsked(view, groupedBy(search) ?? "none");
  const isPlain = sort === (search.sort ?? DEFAULT_SORT) && group === search.group;
  return isPlain ? search : { ...search, sort, group };
}
