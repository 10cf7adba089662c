import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { deskRoute } from "@/app/roots";

const settingsRoute = createRoute({
  getParentRoute: () => deskRoute,
  path: "/settings",
  component: lazyRouteComponent(() => import("@/app/settings/SettingsScreen"), "SettingsScreen"),
});

/** Words searched for, and what is open for editing: an id, or "new". */
export type SettingsSearch = { q?: string; edit?: string };

function readSearch(search: Record<string, unknown>): SettingsSearch {
  const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);
  return { q: text(search.q), edit: text(search.edit) };
}

const indexRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/",
  component: lazyRouteComponent(() => import("@/app/settings/SettingsIndex"), "SettingsIndex"),
});
const profileRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/profile",
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("./profile/ProfilePage"), "ProfilePage"),
});
const peopleRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/people",
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("./people/PeoplePage"), "PeoplePage"),
});
const teamsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/teams",
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("./teams/TeamsPage"), "TeamsPage"),
});
const rolesRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/roles",
  component: lazyRouteComponent(() => import("./roles/RolesPage"), "RolesPage"),
});
const mailboxesRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/mailboxes",
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("./mailboxes/MailboxesPage"), "MailboxesPage"),
});
const mailRulesRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/mail-rules",
  component: lazyRouteComponent(
    () => import("@/features/mail/rules/MailRulesPage"),
    "MailRulesPage",
  ),
});
const mailboxConsentRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/mailboxes/consent",
  component: lazyRouteComponent(() => import("./receiving/ConsentPage"), "ConsentPage"),
});
const mailboxRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/mailboxes/$mailboxId",
  component: lazyRouteComponent(() => import("./receiving/MailboxPage"), "MailboxPage"),
});
const layoutsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/layouts",
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("./layouts/LayoutsPage"), "LayoutsPage"),
});
const contactsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/contacts",
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("./contacts/ContactsPage"), "ContactsPage"),
});
const organizationsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/organizations",
  validateSearch: readSearch,
  component: lazyRouteComponent(
    () => import("./organizations/OrganizationsPage"),
    "OrganizationsPage",
  ),
});
const workspaceRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/workspace",
  component: lazyRouteComponent(() => import("./workspace/WorkspacePage"), "WorkspacePage"),
});
const changesRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/changes",
  component: lazyRouteComponent(() => import("./changes/ChangesPage"), "ChangesPage"),
});
const operationsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/operations",
  component: lazyRouteComponent(
    () => import("@/features/operations/OperationsPage"),
    "OperationsPage",
  ),
});

/** The settings area, inside the desk's shell. */
export const settingsRoutes = [
  settingsRoute.addChildren([
    indexRoute,
    profileRoute,
    peopleRoute,
    teamsRoute,
    rolesRoute,
    mailboxesRoute,
    mailboxConsentRoute,
    mailboxRoute,
    mailRulesRoute,
    layoutsRoute,
    contactsRoute,
    organizationsRoute,
    workspaceRoute,
    changesRoute,
    operationsRoute,
  ]),
] as const;
