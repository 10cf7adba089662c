import { useSyncExternalStore } from "react";

/** More are counted as so many. */
export const MOST_UNREAD = 100;

let unread = 0;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** How many notifications are unread, as the live service and each answer of the API say. */
export const inboxCount = {
  set(count: number): void {
    unread = count;
    // On the icon of the installed application, where the system shows one.
    navigator.setAppBadge?.(count).catch(() => undefined);
    for (const listener of listeners) listener();
  },
};

export const useInboxCount = () => useSyncExternalStore(subscribe, () => unread);
