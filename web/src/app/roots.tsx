import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { ProblemError } from "@/api/problem";
import { meQuery } from "@/api/session";
import { CrashScreen } from "./CrashScreen";
import { NotFoundScreen } from "./NotFoundScreen";

export type RouterContext = { queryClient: QueryClient };

export const rootRoute = createRootRouteWithContext<RouterContext>()({
  staticData: { title: "state.notFound" },
  notFoundComponent: () => <NotFoundScreen />,
  errorComponent: CrashScreen,
});

/** Everything staff see: signed in, inside the shell. */
export const deskRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/desk",
  staticData: { title: "desk.main" },
  beforeLoad: async ({ context, location }) => {
    try {
      const me = await context.queryClient.ensureQueryData(meQuery);
      if (me.audience !== "staff") throw redirect({ to: "/sign-in", search: {} });
      return { me };
    } catch (error) {
      if (error instanceof ProblemError && error.status === 401) {
        throw redirect({ to: "/sign-in", search: { next: location.href } });
      }
      throw error;
    }
  },
  component: lazyRouteComponent(() => import("./shell/DeskShell"), "DeskShell"),
});

/** The settings: the list of pages beside the page. */
export const settingsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/settings",
  staticData: { title: "settings.title" },
  component: lazyRouteComponent(() => import("./settings/SettingsScreen"), "SettingsScreen"),
});
