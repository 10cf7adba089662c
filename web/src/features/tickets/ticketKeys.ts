import { useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";
import { dropHeldKeys, pressHeldKeys } from "@/lib/heldKeys";
import { AWAITS_PAGE, useKeys } from "@/lib/keyboard";

/** The keys of an open ticket, by what they do. */
export const keyOf = {
  reply: "r",
  note: "n",
  assign: "a",
  status: "s",
  priority: "p",
  team: "t",
  tags: "l",
  resolve: "e",
} as const;

const waits = Object.fromEntries(Object.values(keyOf).map((key) => [key, () => AWAITS_PAGE]));

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
  useEffect(() => void pressHeldKeys(), []);
}

/** Lets go of what was typed for a ticket that does not come. */
export function useNoTicketKeys(isRefused: boolean): void {
  useEffect(() => {
    if (isRefused) dropHeldKeys();
  }, [isRefused]);
}
