import type { TFunction } from "i18next";
import { en } from "@/locales/en";

type KnownPermission = keyof typeof en.permission;
type GroupKey = keyof typeof en.roles.group;

/** A permission in words; one that the catalogue does not know yet as it is written. */
export function permissionText(permission: string, t: TFunction): string {
  const key = permission.replaceAll(":", "_");
  return key in en.permission ? t(`permission.${key as KnownPermission}`) : permission;
}

const groupOf: Record<string, GroupKey> = {
  ticket: "ticket",
  contact: "requesters",
  organization: "requesters",
  people: "settings",
  outbox: "mail",
  mail: "mail",
  settings: "settings",
};

/** Permissions gathered by what they are about, in the order of the groups. */
export function groupedPermissions(permissions: readonly string[]): [GroupKey, string[]][] {
  const groups = Object.keys(en.roles.group) as GroupKey[];
  const homeOf = (permission: string) => groupOf[permission.split(":")[0] ?? ""] ?? "system";
  return groups
    .map((group): [GroupKey, string[]] => [
      group,
      permissions.filter((permission) => homeOf(permission) === group),
    ])
    .filter(([, held]) => held.length > 0);
}
