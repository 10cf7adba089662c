import type { QueryKey } from "@tanstack/react-query";
import { customFieldsKey } from "@/api/customFields";
import { directoryKeys } from "@/api/directory";
import { formsKey } from "@/api/forms";
import { mailboxKeys } from "@/api/mailboxes";
import { meQuery } from "@/api/session";
import { defineFeature, type SettingsSection } from "@/app/feature";
import policy from "@/lib/livePolicy.json";
import type { LiveChange } from "@/lib/liveSocket";
import { absencesKey } from "./absences/api";
import { settingsKeys } from "./api";
import { automaticRepliesKey } from "./automaticReplies/api";
import { calendarsKey } from "./calendars/api";
import { layoutsKey } from "./layouts/api";
import { settingsRoutes } from "./routes";
import { sendingKeys } from "./sending/api";
import { signaturesKey } from "./signatures/api";

const sections: SettingsSection[] = [
  {
    key: "profile",
    group: "you",
    icon: "user",
    title: "settings.section.profile",
    leads: true,
  },
  {
    key: "people",
    group: "staff",
    icon: "users",
    title: "settings.section.people",
    part: "staff",
  },
  {
    key: "absences",
    group: "staff",
    icon: "clock",
    title: "settings.section.absences",
    part: "tickets",
  },
  {
    key: "teams",
    group: "staff",
    icon: "layers",
    title: "settings.section.teams",
    part: "staff",
  },
  {
    key: "roles",
    group: "staff",
    icon: "shield",
    title: "settings.section.roles",
    part: "staff",
  },
  {
    key: "statuses",
    group: "tickets",
    icon: "open",
    title: "settings.section.statuses",
    part: "tickets",
  },
  {
    key: "fields",
    group: "tickets",
    icon: "rows",
    title: "settings.section.fields",
    part: "tickets",
  },
  {
    key: "forms",
    group: "tickets",
    icon: "file",
    title: "settings.section.forms",
    part: "tickets",
  },
  {
    key: "calendars",
    group: "tickets",
    icon: "clock",
    title: "settings.section.calendars",
    part: "tickets",
  },
  {
    key: "tags",
    group: "tickets",
    icon: "tag",
    title: "settings.section.tags",
    part: "tickets",
  },
  {
    key: "mailboxes",
    group: "mail",
    icon: "mail",
    title: "settings.section.mailboxes",
    part: "mailSettings",
  },
  {
    key: "automatic-replies",
    group: "mail",
    icon: "mail",
    title: "settings.section.automatic-replies",
    part: "mailSettings",
  },
  {
    key: "layouts",
    group: "mail",
    icon: "file",
    title: "settings.section.layouts",
    part: "mailSettings",
  },
  {
    key: "signatures",
    group: "mail",
    icon: "pen",
    title: "settings.section.signatures",
    part: "tickets",
  },
  {
    key: "contacts",
    group: "requesters",
    icon: "at",
    title: "settings.section.contacts",
    part: "contacts",
  },
  {
    key: "organizations",
    group: "requesters",
    icon: "home",
    title: "settings.section.organizations",
    part: "contacts",
  },
  {
    key: "workspace",
    group: "system",
    icon: "tag",
    title: "settings.section.workspace",
    part: "mailSettings",
  },
];

/** What a live word makes old. */
const stale: Record<string, readonly QueryKey[]> = {
  people: [settingsKeys.people, settingsKeys.contacts, settingsKeys.organizations],
  organizations: [settingsKeys.contacts, settingsKeys.organizations],
  teams: [directoryKeys.teams, settingsKeys.people],
  roles: [settingsKeys.roles, settingsKeys.people],
  statuses: [directoryKeys.statuses],
  resolutions: [directoryKeys.resolutions],
  lifecycle_rules: [settingsKeys.lifecycleRules],
  custom_fields: [customFieldsKey, formsKey],
  forms: [formsKey],
  automatic_replies: [automaticRepliesKey],
  calendars: [calendarsKey],
  managed_tags: [directoryKeys.tags],
  mailboxes: [mailboxKeys.all],
  settings: [settingsKeys.workspace, meQuery.queryKey],
  profile: [meQuery.queryKey],
  sessions: [settingsKeys.sessions],
  signing_keys: [sendingKeys.signingKeys],
  layouts: [layoutsKey],
  signatures: [signaturesKey],
  absences: [absencesKey, settingsKeys.people],
};

/** What alters how many tickets a contact has, as far as they are in sight. */
const ofRequesters = new Set(["requester", "team", "ticket"]);

export const settingsFeature = defineFeature({
  name: "settings",
  routes: { settings: settingsRoutes },
  commands: [
    "contact_add",
    "contact_edit",
    "organization_add",
    "organization_edit",
    "person_add",
    "person_edit",
    "person_profile",
    "person_password",
    "person_reset_password",
    "team_add",
    "team_edit",
    "role_renew",
    "status_add",
    "status_edit",
    "status_order",
    "status_preset",
    "resolution_add",
    "resolution_edit",
    "resolution_order",
    "lifecycle_rules",
    "lifecycle_team_rules",
    "lifecycle_follow_workspace",
    "custom_field_add",
    "custom_field_edit",
    "custom_field_convert",
    "custom_field_order",
    "form_add",
    "form_edit",
    "form_delete",
    "form_order",
    "automatic_reply_edit",
    "automatic_reply_delete",
    "calendar_add",
    "calendar_edit",
    "calendar_import",
    "calendar_delete",
    "tag_add",
    "tag_edit",
    "tag_rename",
    "tag_merge",
    "mailbox_add",
    "mailbox_edit",
    "mailbox_receiving",
    "mailbox_consent",
    "mailbox_self_test",
    "outbox_trip",
    "sending_edit",
    "dkim_add",
    "dkim_edit",
    "dkim_remove",
    "layout_add",
    "layout_edit",
    "layout_remove",
    "absence_add",
    "absence_edit",
    "absence_delete",
    "absence_start",
    "signature_add",
    "signature_edit",
    "signature_delete",
    "workspace_create",
    "workspace_rename",
    "workspace_logo",
    "workspace_prepare",
  ],
  settings: sections,
  live: {
    words: Object.keys(stale),
    staleKeys: staleSettings,
  },
});

/** Which lists of the settings a change made old, whichever command made it. */
function staleSettings({ fields }: LiveChange): QueryKey[] {
  const keys = fields.flatMap((word) => stale[word] ?? []);
  const altersCounts = fields.some((word) => policy.countFields.includes(word));
  if (altersCounts) keys.push(settingsKeys.countedTeams);
  if (fields.some((word) => ofRequesters.has(word))) keys.push([...settingsKeys.contacts, "list"]);
  return keys;
}
