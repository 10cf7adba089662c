import type { Part } from "@/api/access";
import type { IconName } from "@/ui/Icon";

/** The pages of the settings, in the groups of the side list. */
export const groups = [
  { key: "you", sections: ["profile"] },
  { key: "staff", sections: ["people", "teams", "roles"] },
  { key: "mail", sections: ["mailboxes", "layouts", "mail-rules"] },
  { key: "requesters", sections: ["contacts", "organizations"] },
  { key: "system", sections: ["workspace", "operations", "changes"] },
] as const;

export type SectionKey = (typeof groups)[number]["sections"][number];

export const sectionIcons: Record<SectionKey, IconName> = {
  profile: "user",
  people: "users",
  teams: "layers",
  roles: "shield",
  mailboxes: "mail",
  "mail-rules": "inbox",
  layouts: "file",
  contacts: "at",
  organizations: "home",
  workspace: "tag",
  changes: "clock",
  operations: "pulse",
};

/** What each page shows; without reading it there is no page. One's own profile is always there. */
export const sectionShows: Record<Exclude<SectionKey, "profile">, Part> = {
  people: "staff",
  teams: "staff",
  roles: "staff",
  mailboxes: "mailSettings",
  layouts: "mailSettings",
  "mail-rules": "mailSettings",
  contacts: "contacts",
  organizations: "contacts",
  workspace: "mailSettings",
  changes: "changes",
  operations: "operations",
};
