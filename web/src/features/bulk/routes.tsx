import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { settingsRoute } from "@/app/roots";
import { parseSelection } from "./selection";

const runsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/bulk",
  staticData: { title: "settings.section.bulk" },
  component: lazyRouteComponent(() => import("./RunsPage"), "RunsPage"),
});
const newRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/bulk/new",
  staticData: { title: "settings.section.bulk" },
  validateSearch: parseSelection,
  component: lazyRouteComponent(() => import("./NewRunPage"), "NewRunPage"),
});
const runRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/bulk/$runId",
  staticData: { title: "settings.section.bulk" },
  component: lazyRouteComponent(() => import("./RunPage"), "RunPage"),
});

export const bulkRoutes = [runsRoute, newRoute, runRoute] as const;
