import { useSyncExternalStore } from "react";
import { storedItem, storeItem, subscribeStored } from "@/lib/browserStorage";

export type Direction = "ltr" | "rtl";

const KEY = "atum.directions";
const MOST_KEPT = 200;

/** In which direction this reader reads a message; undefined: as its text begins. */
export function useMessageDirection(messageId: number): Direction | undefined {
  return useSyncExternalStore(subscribeStored, () => kept().find(([id]) => id === messageId)?.[1]);
}

/** Remembers the direction of a message in this browser; null leaves it to its text again. */
export function chooseDirection(messageId: number, direction: Direction | null): void {
  const others = kept().filter(([id]) => id !== messageId);
  const now = direction ? [[messageId, direction] as const, ...others] : others;
  storeItem(KEY, now.length > 0 ? JSON.stringify(now.slice(0, MOST_KEPT)) : null);
}

function kept(): (readonly [number, Direction])[] {
  try {
    const found: unknown = JSON.parse(storedItem(KEY) ?? "[]");
    return Array.isArray(found) ? found.filter(isKept) : [];
  } catch {
    return [];
  }
}

const isKept = (one: unknown): one is readonly [number, Direction] =>
  Array.isArray(one) && typeof one[0] === "number" && (one[1] === "ltr" || one[1] === "rtl");
