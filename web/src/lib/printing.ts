import { useSyncExternalStore } from "react";
import { flushSync } from "react-dom";

let onPaper = false;
const listeners = new Set<() => void>();

function set(next: boolean) {
  if (onPaper === next) return;
  onPaper = next;
  // The page is drawn right after the event, so what changes for paper has to stand by then.
  flushSync(() => {
    for (const listener of listeners) listener();
  });
}

const begin = () => set(true);
const end = () => set(false);
const follow = (event: MediaQueryListEvent) => set(event.matches);

function subscribe(listener: () => void) {
  const media = window.matchMedia("print");
  if (listeners.size === 0) {
    window.addEventListener("beforeprint", begin);
    window.addEventListener("afterprint", end);
    media.addEventListener("change", follow);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.removeEventListener("beforeprint", begin);
    window.removeEventListener("afterprint", end);
    media.removeEventListener("change", follow);
  };
}

/** Whether the page is being printed; what stands only on paper is drawn only then. */
export function usePrinting(): boolean {
  return useSyncExternalStore(subscribe, () => onPaper);
}
