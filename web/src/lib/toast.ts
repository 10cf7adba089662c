import { useSyncExternalStore } from "react";
import { sessionEnd } from "./sessionEnd";

export type Toast = {
  id: number;
  message: string;
  tone: "plain" | "bad";
  /** How long it stays; the ring runs down with it. */
  durationMs: number;
  /** The action offered, such as Undo; the toast goes when it is taken. */
  action?: { label: string; shortcut?: string; run: () => void };
};

const SHORT_MS = 4000;
const WITH_ACTION_MS = 8000;

let current: Toast | null = null;
let lastId = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function set(next: Toast | null) {
  current = next;
  for (const listener of listeners) listener();
}

type ToastRequest = Partial<Pick<Toast, "tone" | "durationMs" | "action">> & { message: string };

function show({ message, tone = "plain", action, durationMs }: ToastRequest): number {
  // Whatever is refused now is refused for the ended session, and the sign-in in place says so.
  if (tone === "bad" && sessionEnd.isEnded()) return lastId;
  clearTimeout(timer);
  lastId += 1;
  const id = lastId;
  const stayMs = durationMs ?? (action || tone === "bad" ? WITH_ACTION_MS : SHORT_MS);
  set({ id, message, tone, action, durationMs: stayMs });
  timer = setTimeout(() => dismiss(id), stayMs);
  return id;
}

function dismiss(id?: number) {
  if (id !== undefined && current?.id !== id) return;
  clearTimeout(timer);
  set(null);
}

/** One toast at a time: what happened, and how to take it back. */
export const toast = { show, dismiss, current: () => current };

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function useToast(): Toast | null {
  return useSyncExternalStore(subscribe, () => current);
}
