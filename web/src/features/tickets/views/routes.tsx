import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { deskRoute } from "@/app/roots";

/** What a new view begins with: a condition, or the id of a view that it is like. */
export type EditorSearch = { q?: string; like?: string };

function readSearch(search: Record<string, unknown>): EditorSearch {
  const text = (value: unknown) =>
    (typeof value === "string" && value) || typeof value === "number" ? String(value) : undefined;
  return { q: text(search.q), like: text(search.like) };
}

/** The editor of a view, by its id; `new` for one to add. */
export const viewRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/views/$viewId",
  staticData: { title: "views.edit" },
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("./ViewEditor"), "ViewEditor"),
});
