import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { settingsRoute } from "@/app/roots";

const outboundRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/bulk/outbound",
  staticData: { title: "settings.section.bulk" },
  component: lazyRouteComponent(() => import("./OutboundPage"), "OutboundPage"),
});

export const outboundRoutes = [outboundRoute] as const;
