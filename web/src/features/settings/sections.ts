import type { IconName } from "@/ui/Icon";

/** The pages of the settings, in the groups of the side list. */
export const groups = [
  { key: "you", sections: ["profile"] },
  { key: "staff", sections: ["people", "teams", "roles"] },
  { key: "mail", sections: ["mailboxes", "layouts", "mail-rules"] },
  { key: "requesters", sections: ["contacts", "organizations"] },
  { key: "system", sections: ["operations", "changes"] },
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
  changes: "clock",
  operations: "pulse",
};

/** Pages that are of no use without a permission. */
export const sectionNeeds: Partial<Record<SectionKey, string>> = {
  operations: "operations:manage",
};
