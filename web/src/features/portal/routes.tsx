import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/app/roots";

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  component: lazyRouteComponent(() => import("./PortalHome"), "PortalHome"),
});

/** What requesters see; no account needed. */
export const portalRoutes = [homeRoute] as const;
