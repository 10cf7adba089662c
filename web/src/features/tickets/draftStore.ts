import type { Attachment, MacroAction, MacroFile, MacroPreview } from "@/api/types";
import { notifyStored, storedItem, storeItem } from "@/lib/browserStorage";
import type { People } from "./recipients";

export type ComposerMode = "reply" | "note";

/** A macro whose text was inserted, and what of it will be done when the message is sent. */
export type AppliedMacro = {
  id: number;
  name: string;
  kind: MacroPreview["kind"];
  actions: MacroAction[];
  files: MacroFile[];
};

export type Draft = {
  text: string;
  /** The same with its formatting, as the editor writes it; null where the text is all of it. */
  html: string | null;
  /** Who a reply goes to; null means the requester alone, whoever that is by then. */
  people: People | null;
  attachments: Attachment[];
  macro: AppliedMacro | null;
  /** What the mail quotes below the text: `none` where the text has it already, null as the mailbox says. */
  quote: "none" | null;
};

/** Whose draft of which kind, and on which ticket. */
export type Place = { me: number; number: number; kind: ComposerMode };

export type Held = {
  draft: Draft;
  /** That of the server's draft that this one goes on from; null: the server has none. */
  version: number | null;
  /** Whether the server has all of it. */
  known: boolean;
  /** Whether this browser would still have it if the page went now. */
  stored: boolean;
};

const SAVE_DELAY_MS = 400;

const emptyDraft: Draft = {
  text: "",
  html: null,
  people: null,
  attachments: [],
  macro: null,
  quote: null,
};
const nothing: Held = { draft: emptyDraft, version: null, known: true, stored: true };

/** Typed but not stored yet, by key; it outlives the composer that typed it. */
const unsaved = new Map<string, Held>();
const timers = new Map<string, ReturnType<typeof setTimeout>>();
const read = new Map<string, { raw: string; held: Held }>();

export const keyOf = ({ me, number, kind }: Place) => `atum.draft.${me}.${number}.${kind}`;
/** Where an earlier release kept it, whoever had signed in. */
const formerKeyOf = ({ number, kind }: Place) => `atum.draft.${number}.${kind}`;

export function isEmpty(draft: Draft): boolean {
  return draft.text.trim() === "" && draft.attachments.length === 0;
}

/** What is being written at a place, as far as this browser knows. */
export function heldAt(place: Place): Held {
  const key = keyOf(place);
  const typed = unsaved.get(key);
  if (typed) return typed;
  const raw = storedItem(key) ?? storedItem(formerKeyOf(place));
  if (raw === null) return nothing;
  const before = read.get(key);
  if (before?.raw === raw) return before.held;
  const held = parsed(raw);
  read.set(key, { raw, held });
  return held;
}

function parsed(raw: string): Held {
  const { version = null, known = false, ...draft } = JSON.parse(raw) as Partial<Draft & Held>;
  return { draft: { ...emptyDraft, ...draft }, version, known, stored: true };
}

/** Puts a draft at a place; what is typed is stored a moment later, all else at once. */
export function hold(place: Place, held: Omit<Held, "stored">, soon = false): void {
  const key = keyOf(place);
  unsaved.set(key, { ...held, stored: false });
  clearTimeout(timers.get(key));
  if (!soon) {
    store(place);
    return;
  }
  timers.set(
    key,
    setTimeout(() => store(place), SAVE_DELAY_MS),
  );
  notifyStored();
}

/** Forgets the draft of a place, such as one that was sent. */
export function forget(place: Place): void {
  hold(place, nothing);
}

function store(place: Place): void {
  const key = keyOf(place);
  clearTimeout(timers.get(key));
  timers.delete(key);
  const typed = unsaved.get(key);
  if (!typed) return;
  const { draft, version, known } = typed;
  const isNothing = isEmpty(draft) && !draft.people && !draft.macro && version === null;
  const kept = storeItem(key, isNothing ? null : JSON.stringify({ ...draft, version, known }));
  if (kept) storeItem(formerKeyOf(place), null);
  // A full storage keeps nothing; then the text stays here as long as the page does.
  if (kept) unsaved.delete(key);
  notifyStored();
}

/** The places whose drafts only this page has. */
const places = new Map<string, Place>();

/** Remembers where somebody writes, so that it is stored when the page goes. */
export function watch(place: Place): void {
  places.set(keyOf(place), place);
}

globalThis.addEventListener?.("pagehide", () => {
  for (const place of places.values()) store(place);
});
