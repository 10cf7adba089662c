import { useMemo, useSyncExternalStore } from "react";
import type { Attachment } from "@/api/types";
import { notifyStored, storedItem, storeItem, subscribeStored } from "@/lib/browserStorage";
import type { People } from "./recipients";

export type ComposerMode = "reply" | "note";

export type Draft = {
  text: string;
  /** Who a reply goes to; null means the requester alone, whoever that is by then. */
  people: People | null;
  attachments: Attachment[];
};

type Held = { draft: Draft; saved: boolean };

const SAVE_DELAY_MS = 400;

const empty: Held = { draft: { text: "", people: null, attachments: [] }, saved: true };

/** Typed but not stored yet, by key; it outlives the composer that typed it. */
const unsaved = new Map<string, Held>();
const timers = new Map<string, ReturnType<typeof setTimeout>>();
const read = new Map<string, { raw: string; held: Held }>();

function isEmpty(draft: Draft): boolean {
  return draft.text.trim() === "" && draft.attachments.length === 0;
}

function heldAt(key: string): Held {
  const typed = unsaved.get(key);
  if (typed) return typed;
  const raw = storedItem(key);
  if (raw === null) return empty;
  const known = read.get(key);
  if (known?.raw === raw) return known.held;
  const held = { draft: { ...empty.draft, ...(JSON.parse(raw) as Partial<Draft>) }, saved: true };
  read.set(key, { raw, held });
  return held;
}

function save(key: string): void {
  clearTimeout(timers.get(key));
  timers.delete(key);
  const typed = unsaved.get(key);
  if (!typed) return;
  const kept = storeItem(
    key,
    isEmpty(typed.draft) && !typed.draft.people ? null : JSON.stringify(typed.draft),
  );
  // A full storage keeps nothing; then the text stays here as long as the page does.
  if (kept) unsaved.delete(key);
  notifyStored();
}

function type(key: string, draft: Draft): void {
  unsaved.set(key, { draft, saved: false });
  clearTimeout(timers.get(key));
  timers.set(
    key,
    setTimeout(() => save(key), SAVE_DELAY_MS),
  );
  notifyStored();
}

globalThis.addEventListener?.("pagehide", () => {
  for (const key of unsaved.keys()) save(key);
});

const keyOf = (number: number, kind: ComposerMode) => `atum.draft.${number}.${kind}`;

/** Addresses the reply being written on a ticket to these people; its text stays. */
export function addressDraft(number: number, people: People | null): void {
  const key = keyOf(number, "reply");
  type(key, { ...heldAt(key).draft, people });
}

/** What is being written on a ticket, kept in this browser as it is typed; reply and note apart. */
export function useDraft(number: number, kind: ComposerMode) {
  const key = keyOf(number, kind);
  const { draft, saved } = useSyncExternalStore(subscribeStored, () => heldAt(key));
  const writers = useMemo(
    () => ({
      change: (part: Partial<Draft>) => type(key, { ...heldAt(key).draft, ...part }),
      attach: (file: Attachment) => {
        const { draft } = heldAt(key);
        type(key, { ...draft, attachments: [...draft.attachments, file] });
      },
      /** Stores at once, such as a text that came back by undo. */
      put: (whole: Draft) => {
        type(key, whole);
        save(key);
      },
      clear: () => {
        type(key, empty.draft);
        save(key);
      },
    }),
    [key],
  );
  return { draft, saved, isEmpty: isEmpty(draft), ...writers };
}
