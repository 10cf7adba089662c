import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { settingsRoute } from "@/app/roots";

const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);

const macrosRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/macros",
  staticData: { title: "settings.section.macros" },
  validateSearch: (search: Record<string, unknown>) => ({
    q: text(search.q),
    edit: text(search.edit),
  }),
  component: lazyRouteComponent(() => import("./MacrosPage"), "MacrosPage"),
});

export const macroRoutes = [macrosRoute] as const;
