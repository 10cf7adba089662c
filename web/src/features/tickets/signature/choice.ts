import { useSyncExternalStore } from "react";

// By the number of the ticket; without an entry the server decides.
const choices = new Map<number, boolean>();
const watchers = new Set<() => void>();

/** Says whether the next reply to a ticket is signed; undefined leaves it to the server. */
export function chooseSignature(number: number, signed: boolean | undefined) {
  if (signed === undefined) choices.delete(number);
  else choices.set(number, signed);
  for (const told of watchers) told();
}

/** What was chosen for the next reply to a ticket. */
export const chosenSignature = (number: number) => choices.get(number);

export function useChosenSignature(number: number): boolean | undefined {
  return useSyncExternalStore(watch, () => chosenSignature(number));
}

function watch(told: () => void) {
  watchers.add(told);
  return () => watchers.delete(told);
}
