import { useTranslation } from "react-i18next";
import { desk } from "@/locales/en/desk";
import {
  asSort,
  DEFAULT_SORT,
  DEFAULT_VIEW,
  isGrouped,
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

export const isGroupedView = (view: View) => view.own.grouped ?? view.grouped;
export const columnsOf = (view: View | undefined) => view?.own.columns ?? view?.columns ?? [];

/** What the address would have to say for the groups of a view, which is nothing where they come by themselves. */
function groupOf(view: View, isByItself: boolean): TicketSearch["group"] {
  if (isGroupedView(view) === isByItself) return undefined;
  return isByItself ? "none" : "category";
}

/**
 * The search with what its view, and what the reader laid over it, add: an order and groups that the
 * address does not name. It stays the same object where they add nothing.
 */
export function shownSearch(search: TicketSearch, view: View | undefined): TicketSearch {
  if (!view) return search;
  const sort = search.sort ?? sortOf(view);
  const group = search.group ?? groupOf(view, isGrouped(search));
  const isPlain = sort === (search.sort ?? DEFAULT_SORT) && group === search.group;
  return isPlain ? search : { ...search, sort, group };
}
