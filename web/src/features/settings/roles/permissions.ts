import type { TFunction } from "i18next";
import { settingsTexts } from "@/locales/en/settingsTexts";

type KnownPermission = keyof typeof settingsTexts.permission;
type GroupKey = keyof typeof settingsTexts.roles.group;

/** A permission in words; one that the catalogue does not know yet as it is written. */
export function permissionText(permission: string, t: TFunction): string {
  const key = permission.replaceAll(":", "_");
  return key in settingsTexts.permission ? t(`permission.${key as KnownPermission}`) : permission;
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
  const groups = Object.keys(settingsTexts.roles.group) as GroupKey[];
  const homeOf = (permission: string) => groupOf[permission.split(":")[0] ?? ""] ?? "system";
  return groups
    .map((group): [GroupKey, string[]] => [
      group,
      permissions.filter((permission) => homeOf(permission) === group),
    ])
    .filter(([, held]) => held.length > 0);
}
