import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { deskRoute } from "@/app/roots";
import { parseTicketSearch } from "./search";
import { viewRoute } from "./views/routes";

/** The list; it stays at the side while a ticket is open. Its filters live in the URL. */
const ticketsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/tickets",
  staticData: { title: "desk.tickets" },
  validateSearch: parseTicketSearch,
  component: lazyRouteComponent(() => import("./TicketsScreen"), "TicketsScreen"),
});

const ticketRoute = createRoute({
  getParentRoute: () => ticketsRoute,
  path: "/$number",
  staticData: { title: "ticket.label" },
  params: {
    parse: ({ number }) => ({ number: Number(number) }),
    stringify: ({ number }) => ({ number: String(number) }),
  },
  component: lazyRouteComponent(() => import("./TicketPage"), "TicketPage"),
});

/** New ticket with what the address fills in: no part of the list, whose filters have the same names. */
const newTicketRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/tickets/new",
  staticData: { title: "tickets.new" },
  validateSearch: (search) => search,
  component: lazyRouteComponent(
    () => import("./components/NewTicketByAddress"),
    "NewTicketByAddress",
  ),
});

export const ticketRoutes = [
  ticketsRoute.addChildren([ticketRoute]),
  newTicketRoute,
  viewRoute,
] as const;
