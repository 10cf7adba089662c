import type { QueryClient } from "@tanstack/react-query";
import { createRouter } from "@tanstack/react-router";
import type { FeatureRoutes } from "./feature";
import { features } from "./features";
import { deskRoute, rootRoute, settingsRoute } from "./roots";
import { parseSearch, stringifySearch } from "./search";

type Place = keyof FeatureRoutes;

/** The routes that features have in one place, one after the other, with their types. */
type RoutesIn<F extends readonly unknown[], P extends Place> = F extends readonly [
  infer First,
  ...infer Others,
]
  ? [
      ...(First extends { routes: { [key in P]: infer R extends readonly unknown[] } } ? R : []),
      ...RoutesIn<Others, P>,
    ]
  : [];

function routesIn<P extends Place>(place: P) {
  const routes = features.flatMap((feature) => (feature.routes as FeatureRoutes)[place] ?? []);
  return routes as unknown as RoutesIn<typeof features, P>;
}

const routeTree = rootRoute.addChildren([
  ...routesIn("root"),
  deskRoute.addChildren([
    ...routesIn("desk"),
    settingsRoute.addChildren([...routesIn("settings")]),
  ]),
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
