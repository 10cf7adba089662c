import { useQuery } from "@tanstack/react-query";
import { client, read } from "@/api/client";
import { staffQuery, teamsQuery } from "@/api/directory";
import { mailboxesQuery, receivingQuery } from "@/api/mailboxes";
import { useMe } from "@/api/session";

/** Whoever may do all of them is shown the first steps. */
const NEEDED = ["settings:mailboxes:edit", "settings:people:edit", "settings:teams:edit"];
/** The mailbox that a fresh desk comes with has an address that only this machine can write to. */
const ONLY_HERE = /(^|[@.])localhost$/;

export const setupKeys = ["mailbox", "people", "teams", "ticket"] as const;
export type SetupStep = (typeof setupKeys)[number];

/** Which first steps are done, as the desk's own records say; null while it is not for this person. */
export function useSetupSteps(): Record<SetupStep, boolean> | null {
  const { permissions } = useMe();
  const enabled = NEEDED.every((one) => permissions.includes(one));
  const mailboxes = useQuery({ ...mailboxesQuery, enabled }).data;
  const first = mailboxes?.[0]?.id ?? 0;
  const receiving = useQuery({ ...receivingQuery(first), enabled: enabled && first > 0 }).data;
  const staff = useQuery({ ...staffQuery, enabled }).data;
  const teams = useQuery({ ...teamsQuery, enabled }).data;
  const tickets = useQuery({
    queryKey: ["setup", "ticket"],
    queryFn: () => read(client.GET("/api/v1/tickets", { params: { query: { limit: 1 } } })),
    enabled,
    staleTime: 0,
  }).data;
  if (!enabled || !mailboxes || !staff || !teams || !tickets) return null;
  const reachable = mailboxes.some((one) => one.active && !ONLY_HERE.test(one.address));
  return {
    mailbox: reachable || Boolean(receiving?.settings),
    people: staff.length > 1,
    teams: teams.length > 1,
    ticket: tickets.items.length > 0,
  };
}
