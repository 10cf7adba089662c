import { useSyncExternalStore } from "react";
import type { MissingCounts, MissingValues } from "@/api/types";

type Asked = {
  missing: MissingCounts;
  /** Does what waits for it; what that throws is shown beside what was filled in. */
  answer: (given: MissingValues) => Promise<void>;
  leave: () => void;
};

let asked: Asked | null = null;
const listeners = new Set<() => void>();

function set(next: Asked | null) {
  asked = next;
  for (const listener of listeners) listener();
}

/**
 * Asks the person for what tickets lack for a change, once and before it is made, and makes it with that;
 * null when they would rather not.
 */
export function askForMissing<T>(
  missing: MissingCounts,
  run: (given: MissingValues) => Promise<T>,
): Promise<T | null> {
  // One question at a time: the one before counts as left.
  asked?.leave();
  return new Promise((resolve) => {
    set({
      missing,
      answer: async (given) => {
        const done = await run(given);
        set(null);
        resolve(done);
      },
      leave: () => {
        set(null);
        resolve(null);
      },
    });
  });
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** What is asked now. */
export const useAskedMissing = () => useSyncExternalStore(subscribe, () => asked);
