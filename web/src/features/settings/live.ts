import type { QueryKey } from "@tanstack/react-query";
import type { LiveChange } from "@/lib/liveSocket";
import { settingsKeys } from "./api";

const lists: Record<string, readonly QueryKey[]> = {
  person: [settingsKeys.people, settingsKeys.sessions],
  team: [settingsKeys.people],
  role: [settingsKeys.roles, settingsKeys.people],
  mailbox: [settingsKeys.mailboxes],
  contact: [settingsKeys.contacts, settingsKeys.organizations],
  organization: [settingsKeys.contacts, settingsKeys.organizations],
  workspace: [settingsKeys.workspace, ["me"]],
  session: [settingsKeys.sessions],
  token: [settingsKeys.sessions],
};

/** Which lists of the settings a change made old; the list of changes is by every one. */
export function settingsInvalidations(change: LiveChange): QueryKey[] {
  const [noun = ""] = change.command.split(".");
  const touched = noun === "change" ? Object.values(lists).flat() : (lists[noun] ?? []);
  return [settingsKeys.changes, ...touched];
}
