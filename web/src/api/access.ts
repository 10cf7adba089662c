import { useMe } from "./session";

/** What opens each part of the desk; one of the permissions is enough. */
const reads = {
  tickets: ["ticket:read"],
  contacts: ["contact:read"],
  staff: ["people:read", "settings:people:edit", "settings:teams:edit"],
  mailSettings: ["settings:read", "settings:mailboxes:edit"],
  receiving: ["settings:mailboxes:edit", "audit:read"],
  outbox: ["outbox:read"],
  receivedMail: ["mail:read", "mail:quarantine"],
  mailCounts: ["reports:read", "mail:manage"],
  changes: ["ticket:read", "audit:read"],
  operations: ["operations:read", "operations:manage"],
} as const satisfies Record<string, readonly string[]>;

export type Part = keyof typeof reads;

/** What the mail screen shows; it is there for whoever reads one of these. */
export const SHOWS_MAIL = [
  "outbox",
  "receivedMail",
  "mailCounts",
] as const satisfies readonly Part[];

/** Whether permissions open a part of the desk. */
export function opens(permissions: readonly string[], part: Part): boolean {
  return reads[part].some((one) => permissions.includes(one));
}

/** Tells of each part of the desk whether the person signed in may read it. */
export function useMayRead(): (part: Part) => boolean {
  const { permissions } = useMe();
  return (part) => opens(permissions, part);
}

/** Whether the person signed in may open tickets; without that nothing offers it. */
export const useMayOpenTickets = () => mayOpenTickets(useMe().permissions);

/** Whether the person signed in may take tickets out of the desk as files. */
export const useMayExport = () => useMe().permissions.includes("ticket:export");
export const mayOpenTickets = (permissions: readonly string[]) =>
  permissions.includes("ticket:open");
