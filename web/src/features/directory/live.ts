import type { QueryKey } from "@tanstack/react-query";
import type { LiveChange } from "@/lib/live";
import { directoryKeys } from "./api";

/** Which part of the directory a change made old. */
export function directoryInvalidations(change: LiveChange): QueryKey[] {
  const [noun] = change.command.split(".");
  if (noun === "team") return [directoryKeys.teams, directoryKeys.staff];
  if (noun === "person") return [directoryKeys.staff];
  if (noun === "status") return [directoryKeys.statuses];
  if (noun === "contact" || noun === "organization") return [["contacts"]];
  if (change.fields.includes("tags")) return [directoryKeys.tags];
  return [];
}
