import { useCallback, useSyncExternalStore } from "react";

const listeners = new Set<() => void>();

function readItem(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Keeps a text under a key in this browser; null forgets it. A full or forbidden storage loses it. */
export function storeItem(key: string, value: string | null): boolean {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    return false;
  }
  notifyStored();
  return true;
}

/** Tells everyone who shows stored things to look again. */
export function notifyStored(): void {
  for (const listener of listeners) listener();
}

export function subscribeStored(listener: () => void) {
  listeners.add(listener);
  window.addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", listener);
  };
}

/** A choice kept in this browser and shared by its tabs, such as the density of lists. */
export function useStored<T extends string>(key: string, fallback: T) {
  const value = useSyncExternalStore(
    subscribeStored,
    () => (readItem(key) as T | null) ?? fallback,
  );
  const set = useCallback((next: T) => storeItem(key, next), [key]);
  return [value, set] as const;
}

/** What is stored under a key now, or null. */
export const storedItem = readItem;
