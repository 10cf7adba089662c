import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { settingsRoute } from "@/app/roots";

/** Words searched for, and what is open for editing: an id, or "new". */
export type SettingsSearch = { q?: string; edit?: string };

function readSearch(search: Record<string, unknown>): SettingsSearch {
  const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);
  return { q: text(search.q), edit: text(search.edit) };
}

const profileRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/profile",
  staticData: { title: "settings.section.profile" },
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("./profile/ProfilePage"), "ProfilePage"),
});
const peopleRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/people",
  staticData: { title: "settings.section.people" },
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("./people/PeoplePage"), "PeoplePage"),
});
const absencesRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/absences",
  staticData: { title: "settings.section.absences" },
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("./absences/AbsencesPage"), "AbsencesPage"),
});
const teamsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/teams",
  staticData: { title: "settings.section.teams" },
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("./teams/TeamsPage"), "TeamsPage"),
});
const statusesRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/statuses",
  staticData: { title: "settings.section.statuses" },
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("./statuses/StatusesPage"), "StatusesPage"),
});
const fieldsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/fields",
  staticData: { title: "settings.section.fields" },
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("./fields/FieldsPage"), "FieldsPage"),
});
const formsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/forms",
  staticData: { title: "settings.section.forms" },
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("./forms/FormsPage"), "FormsPage"),
});
const calendarsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/calendars",
  staticData: { title: "settings.section.calendars" },
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("./calendars/CalendarsPage"), "CalendarsPage"),
});
const tagsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/tags",
  staticData: { title: "settings.section.tags" },
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("./tags/TagsPage"), "TagsPage"),
});
const rolesRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/roles",
  staticData: { title: "settings.section.roles" },
  component: lazyRouteComponent(() => import("./roles/RolesPage"), "RolesPage"),
});
const mailboxesRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/mailboxes",
  staticData: { title: "settings.section.mailboxes" },
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("./mailboxes/MailboxesPage"), "MailboxesPage"),
});
const mailboxConsentRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/mailboxes/consent",
  staticData: { title: "settings.section.mailboxes" },
  component: lazyRouteComponent(() => import("./receiving/ConsentPage"), "ConsentPage"),
});
const mailboxRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/mailboxes/$mailboxId",
  staticData: { title: "settings.section.mailboxes" },
  component: lazyRouteComponent(() => import("./receiving/MailboxPage"), "MailboxPage"),
});
const automaticRepliesRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/automatic-replies",
  staticData: { title: "settings.section.automatic-replies" },
  validateSearch: readSearch,
  component: lazyRouteComponent(
    () => import("./automaticReplies/AutomaticRepliesPage"),
    "AutomaticRepliesPage",
  ),
});
const layoutsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/layouts",
  staticData: { title: "settings.section.layouts" },
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("./layouts/LayoutsPage"), "LayoutsPage"),
});
const signaturesRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/signatures",
  staticData: { title: "settings.section.signatures" },
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("./signatures/SignaturesPage"), "SignaturesPage"),
});
const contactsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/contacts",
  staticData: { title: "settings.section.contacts" },
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("./contacts/ContactsPage"), "ContactsPage"),
});
const organizationsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/organizations",
  staticData: { title: "settings.section.organizations" },
  validateSearch: readSearch,
  component: lazyRouteComponent(
    () => import("./organizations/OrganizationsPage"),
    "OrganizationsPage",
  ),
});
const workspaceRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/workspace",
  staticData: { title: "settings.section.workspace" },
  component: lazyRouteComponent(() => import("./workspace/WorkspacePage"), "WorkspacePage"),
});

/** The pages of the settings that this feature has, inside the frame of the settings. */
export const settingsRoutes = [
  profileRoute,
  peopleRoute,
  absencesRoute,
  teamsRoute,
  statusesRoute,
  fieldsRoute,
  formsRoute,
  calendarsRoute,
  tagsRoute,
  rolesRoute,
  mailboxesRoute,
  mailboxConsentRoute,
  mailboxRoute,
  automaticRepliesRoute,
  layoutsRoute,
  signaturesRoute,
  contactsRoute,
  organizationsRoute,
  workspaceRoute,
] as const;
