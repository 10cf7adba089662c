import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { deskRoute } from "@/app/roots";
import { parseTicketSearch } from "./search";

/** The list; it stays at the side while a ticket is open. Its filters live in the URL. */
export const ticketsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/tickets",
  validateSearch: parseTicketSearch,
  component: lazyRouteComponent(() => import("./TicketsScreen"), "TicketsScreen"),
});

export const ticketRoute = createRoute({
  getParentRoute: () => ticketsRoute,
  path: "/$number",
  params: {
    parse: ({ number }) => ({ number: Number(number) }),
    stringify: ({ number }) => ({ number: String(number) }),
  },
  component: lazyRouteComponent(() => import("./TicketPage"), "TicketPage"),
});

export const ticketRoutes = [ticketsRoute.addChildren([ticketRoute])] as const;
