import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { deskRoute } from "@/app/roots";

export type MailSearch = { box?: "incoming"; state?: string; mail?: string };

export const outboxRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/outbox",
  validateSearch: (search: Record<string, unknown>): MailSearch => ({
    box: search.box === "incoming" ? "incoming" : undefined,
    state: typeof search.state === "string" ? search.state : undefined,
    mail: typeof search.mail === "string" ? search.mail : undefined,
  }),
  component: lazyRouteComponent(() => import("./MailScreen"), "MailScreen"),
});

export const mailRoutes = [outboxRoute] as const;
