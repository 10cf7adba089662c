import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { opens } from "@/api/access";
import { deskRoute, settingsRoute } from "../roots";

/** The desk opens with the tickets, or with the settings for whoever reads no tickets. */
export const homeRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/",
  staticData: { title: "desk.main" },
  beforeLoad: ({ context }) => {
    if (!opens(context.me.permissions, "tickets")) throw redirect({ to: "/desk/settings" });
    throw redirect({ to: "/desk/tickets", search: {} });
  },
});

export const settingsIndexRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/",
  staticData: { title: "settings.title" },
  component: lazyRouteComponent(() => import("../settings/SettingsIndex"), "SettingsIndex"),
});
