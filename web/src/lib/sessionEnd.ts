import { useSyncExternalStore } from "react";

let ended = false;
let leaving = false;
const listeners = new Set<() => void>();

function set(next: boolean) {
  if (ended === next) return;
  ended = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Whether this page's session has ended while the page stayed open. */
export const sessionEnd = {
  /** The server no longer knows this page's session. */
  tell: () => {
    if (!leaving) set(true);
  },
  /** There is a session again, or the person put the question aside. */
  clear: () => set(false),
  isEnded: () => ended,
  /** The person signs out, which is no surprise. */
  leave: (isLeaving: boolean) => {
    leaving = isLeaving;
  },
};

export function useSessionEnded(): boolean {
  return useSyncExternalStore(subscribe, () => ended);
}
