import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { deskRoute } from "@/app/roots";
import { parseSearch } from "./searchState";

/** What is searched for lives in the address, so that a link says it whole. */
export const searchRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/search",
  staticData: { title: "search.title" },
  validateSearch: parseSearch,
  component: lazyRouteComponent(() => import("./SearchScreen"), "SearchScreen"),
});
