import { useSyncExternalStore } from "react";
import { asProblem } from "@/api/problem";

type Asked = { answer: (resolution: string | null) => void };

const RESOLUTION_REQUIRED = "resolution_required";

let asked: Asked | null = null;
const listeners = new Set<() => void>();

function set(next: Asked | null) {
  asked = next;
  for (const listener of listeners) listener();
}

/** Asks the person why a ticket is resolved; null when they would rather not say. */
export function askForResolution(): Promise<string | null> {
  // One question at a time: the one before counts as left.
  asked?.answer(null);
  return new Promise((resolve) => {
    set({
      answer: (resolution) => {
        set(null);
        resolve(resolution);
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
export const useAskedResolution = () => useSyncExternalStore(subscribe, () => asked);

/**
 * Runs what may resolve or close a ticket. Where the server asks for the reason, the person is asked
 * and it runs again with it, whichever menu, key or button began it.
 */
export async function withResolution<T>(run: (resolution?: string) => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (asProblem(error).code !== RESOLUTION_REQUIRED) throw error;
    const resolution = await askForResolution();
    if (resolution === null) throw error;
    return run(resolution);
  }
}
