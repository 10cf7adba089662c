import { createRoute, redirect } from "@tanstack/react-router";
import { opens } from "@/api/access";
import { deskRoute } from "./roots";

const indexRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/",
  beforeLoad: ({ context }) => {
    if (!opens(context.me.permissions, "tickets")) throw redirect({ to: "/desk/settings" });
    throw redirect({ to: "/desk/tickets", search: {} });
  },
});

export const deskRoutes = [indexRoute] as const;
