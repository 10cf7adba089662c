import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { settingsRoute } from "@/app/roots";

const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);

const templatesRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/checklists",
  staticData: { title: "settings.section.checklists" },
  validateSearch: (search: Record<string, unknown>) => ({
    q: text(search.q),
    edit: text(search.edit),
  }),
  component: lazyRouteComponent(() => import("./TemplatesPage"), "TemplatesPage"),
});

export const checklistRoutes = [templatesRoute] as const;
