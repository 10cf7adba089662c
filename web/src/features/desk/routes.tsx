import { createRoute, redirect } from "@tanstack/react-router";
import { deskRoute } from "@/app/roots";

const indexRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/desk/tickets", search: {} });
  },
});

export const deskRoutes = [indexRoute] as const;
