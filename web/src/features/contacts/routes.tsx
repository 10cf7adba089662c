import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { deskRoute } from "@/app/roots";
import { type ShownTickets, shownTickets } from "./shownTickets";

export type ContactSearch = { q?: string };
export type PageSearch = { show?: ShownTickets };

const readList = (search: Record<string, unknown>): ContactSearch =>
  typeof search.q === "string" && search.q ? { q: search.q } : {};
const readPage = (search: Record<string, unknown>): PageSearch => {
  const show = shownTickets.find((one) => one === search.show && one !== "all");
  return show ? { show } : {};
};
/** What is imported: contacts, or organizations. */
const readImports = (search: Record<string, unknown>): { of?: "organization" } =>
  search.of === "organization" ? { of: "organization" } : {};
export const contactsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/contacts",
  staticData: { title: "desk.contacts" },
  validateSearch: readList,
  component: lazyRouteComponent(() => import("./ContactsScreen"), "ContactsScreen"),
});
export const contactRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/contacts/$contactId",
  staticData: { title: "desk.contacts" },
  validateSearch: readPage,
  component: lazyRouteComponent(() => import("./ContactScreen"), "ContactScreen"),
});
export const organizationsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/organizations",
  staticData: { title: "desk.contacts" },
  validateSearch: readList,
  component: lazyRouteComponent(() => import("./OrganizationsScreen"), "OrganizationsScreen"),
});
export const organizationRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/organizations/$organizationId",
  staticData: { title: "desk.contacts" },
  validateSearch: readPage,
  component: lazyRouteComponent(() => import("./OrganizationScreen"), "OrganizationScreen"),
});
export const importsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/contact-imports",
  staticData: { title: "desk.contacts" },
  validateSearch: readImports,
  component: lazyRouteComponent(() => import("./imports/ImportsScreen"), "ImportsScreen"),
});
export const importRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/contact-imports/$importId",
  staticData: { title: "desk.contacts" },
  component: lazyRouteComponent(() => import("./imports/ImportScreen"), "ImportScreen"),
});
