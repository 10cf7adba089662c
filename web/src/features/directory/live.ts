import type { QueryKey } from "@tanstack/react-query";
import { directoryKeys } from "@/api/directory";
import type { LiveChange } from "@/lib/liveSocket";

/** Which part of the directory a change made old; tags only where one of them is not known yet. */
export function directoryInvalidations(
  change: LiveChange,
  knownTags: readonly string[] = [],
): QueryKey[] {
  const [noun] = change.command.split(".");
  if (noun === "team") return [directoryKeys.teams, directoryKeys.staff];
  if (noun === "person") return [directoryKeys.staff];
  if (noun === "status") return [directoryKeys.statuses];
  if (noun === "contact" || noun === "organization") return [["contacts"]];
  if (change.fields.includes("tags") && !change.row?.tags.every((tag) => knownTags.includes(tag)))
    return [directoryKeys.tags];
  return [];
}
