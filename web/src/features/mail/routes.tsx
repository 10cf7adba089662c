import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { deskRoute } from "@/app/roots";

export const boxes = ["outgoing", "incoming", "quarantine", "law"] as const;
export type Box = (typeof boxes)[number];
export type MailSearch = { box?: Exclude<Box, "outgoing">; state?: string; mail?: string };

export const outboxRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/outbox",
  validateSearch: (search: Record<string, unknown>): MailSearch => ({
    box: boxes.find((box) => box !== "outgoing" && box === search.box) as MailSearch["box"],
    state: typeof search.state === "string" ? search.state : undefined,
    mail: typeof search.mail === "string" ? search.mail : undefined,
  }),
  component: lazyRouteComponent(() => import("./MailScreen"), "MailScreen"),
});

export const mailRoutes = [outboxRoute] as const;
