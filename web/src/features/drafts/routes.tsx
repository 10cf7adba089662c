import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { deskRoute } from "@/app/roots";

export type DraftsSearch = { trash?: boolean };

export const draftsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/drafts",
  staticData: { title: "draft.all" },
  validateSearch: (search: Record<string, unknown>): DraftsSearch =>
    search.trash === true ? { trash: true } : {},
  component: lazyRouteComponent(() => import("./DraftsScreen"), "DraftsScreen"),
});
