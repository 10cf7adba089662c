import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { deskRoute } from "@/app/roots";

const settingsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/settings",
  component: lazyRouteComponent(() => import("./SettingsScreen"), "SettingsScreen"),
});

/** The settings area, inside the desk's shell. */
export const settingsRoutes = [settingsRoute] as const;
