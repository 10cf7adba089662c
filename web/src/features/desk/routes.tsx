import { createRoute, redirect } from "@tanstack/react-router";
import { deskRoute } from "@/app/roots";
import { opens } from "@/features/session/reads";

const indexRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/",
  beforeLoad: ({ context }) => {
    if (!opens(context.me.permissions, "tickets")) throw redirect({ to: "/desk/settings" });
    throw redirect({ to: "/desk/tickets", search: {} });
  },
});

export const deskRoutes = [indexRoute] as const;
