import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/app/roots";

type SignInSearch = { next?: string };

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  staticData: { title: "signIn.title" },
  validateSearch: (search: Record<string, unknown>): SignInSearch => {
    const next = search.next;
    // Only an address of our own: a link must not sign people in to somewhere else.
    return typeof next === "string" && /^\/(?!\/)/.test(next) ? { next } : {};
  },
  component: lazyRouteComponent(() => import("./SignInScreen"), "SignInScreen"),
});
