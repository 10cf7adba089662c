import type { QueryClient } from "@tanstack/react-query";
import { createRouter } from "@tanstack/react-router";
import { mailRoutes } from "@/features/mail/routes";
import { sessionRoutes } from "@/features/session/routes";
import { settingsRoutes } from "@/features/settings/routes";
import { ticketRoutes } from "@/features/tickets/routes";
import { deskRoutes } from "./indexRoute";
import { deskRoute, rootRoute } from "./roots";
import { parseSearch, stringifySearch } from "./search";

const routeTree = rootRoute.addChildren([
  ...sessionRoutes,
  deskRoute.addChildren([...deskRoutes, ...ticketRoutes, ...mailRoutes, ...settingsRoutes]),
]);

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
