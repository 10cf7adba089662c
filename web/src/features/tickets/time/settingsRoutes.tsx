import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { settingsRoute } from "@/app/roots";

const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);

const timeRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/time",
  staticData: { title: "settings.section.time" },
  validateSearch: (search: Record<string, unknown>) => ({
    by: text(search.by),
    from: text(search.from),
    to: text(search.to),
    edit: text(search.edit),
  }),
  component: lazyRouteComponent(() => import("./TimePage"), "TimePage"),
});

export const timeRoutes = [timeRoute] as const;
