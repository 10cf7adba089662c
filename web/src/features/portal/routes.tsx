import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/app/roots";

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  component: lazyRouteComponent(() => import("./PortalHome"), "PortalHome"),
});

const requestsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/requests",
  component: lazyRouteComponent(() => import("./RequestsScreen"), "RequestsScreen"),
});

/** `token` is a signed link's, or the number of a request that the session shows. */
export const requestRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/requests/$token",
  component: lazyRouteComponent(() => import("./RequestScreen"), "RequestScreen"),
});

/** What requesters see; no account needed. */
export const portalRoutes = [homeRoute, requestsRoute, requestRoute] as const;
