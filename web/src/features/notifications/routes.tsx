import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { deskRoute, settingsRoute } from "@/app/roots";

export type InboxSearch = { unread?: boolean };

const inboxRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/notifications",
  staticData: { title: "inbox.title" },
  validateSearch: (search: Record<string, unknown>): InboxSearch =>
    search.unread === true ? { unread: true } : {},
  component: lazyRouteComponent(() => import("./InboxScreen"), "InboxScreen"),
});

const preferencesRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/notifications",
  staticData: { title: "inbox.title" },
  component: lazyRouteComponent(() => import("./PreferencesPage"), "PreferencesPage"),
});

export const notificationRoutes = [inboxRoute] as const;
export const notificationSettingsRoutes = [preferencesRoute] as const;
