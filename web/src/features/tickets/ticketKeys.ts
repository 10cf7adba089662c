import { useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";
import { AWAITS_PAGE, useKeys } from "@/lib/keyboard";
import { discardKeys, replayKeys } from "@/lib/typeAhead";
import { bulkNames, table } from "./properties";

/** The keys of an open ticket, by what they do; those of its properties stand in their table. */
export const keyOf = {
  reply: "r",
  note: "n",
  resolve: "e",
  merge: "m",
  split: "x",
  link: "i",
  follow: "f",
  forward: "v",
  dismiss: "#",
  spam: "!",
  unread: "d",
  reminder: "h",
  star: "*",
} as const;

/** One press copies the number, another at once the title, a third the link. */
export const copyKeys = { number: ".", title: ". .", link: ". . ." } as const;

const keys = [...Object.values(keyOf), ...bulkNames.flatMap((name) => table[name].shortcut ?? [])];
const waits = Object.fromEntries(keys.map((key) => [key, () => AWAITS_PAGE]));

/** While a ticket is on its way, what is typed is for it: no letter of a reply runs as a command. */
export function useKeysForComingTicket(isComing: boolean): void {
  useKeys(waits, isComing);
}

/** Whether a ticket was opened from the list, which stays in sight until its page is loaded. */
export function useIsLeavingList(): boolean {
  return useRouterState({
    select: ({ location, resolvedLocation }) => location.pathname !== resolvedLocation?.pathname,
  });
}

/** Presses on an open ticket what was typed before it was there. */
export function useHeldTicketKeys(): void {
  useEffect(() => void replayKeys(), []);
}

/** Lets go of what was typed for a ticket that does not come. */
export function useNoTicketKeys(isRefused: boolean): void {
  useEffect(() => {
    if (isRefused) discardKeys();
  }, [isRefused]);
}
