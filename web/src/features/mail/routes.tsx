import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { deskRoute, settingsRoute } from "@/app/roots";
import { parseMailSearch } from "./search";

export const outboxRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/outbox",
  staticData: { title: "desk.mail" },
  validateSearch: parseMailSearch,
  component: lazyRouteComponent(() => import("./MailScreen"), "MailScreen"),
});

export const mailRulesRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/mail-rules",
  staticData: { title: "settings.section.mail-rules" },
  component: lazyRouteComponent(() => import("./rules/MailRulesPage"), "MailRulesPage"),
});
