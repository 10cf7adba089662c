import { useEffect, useRef } from "react";
import { bufferKeys, bufferKeysForPage, isTextField } from "./typeAhead";

/** What a key opens when it opens a field to type into. */
export const OPENS_FIELD = "opens-field";
/** What a key is for that belongs to a page on its way: it waits for that page. */
export const AWAITS_PAGE = "awaits-page";
/** What a key returns that is not for the page now: the browser has it. */
export const LEFT_TO_BROWSER = "left-to-browser";

/**
 * What keys do. A handler that opens a field returns `OPENS_FIELD`: keys pressed before the field
 * has the focus are typed into it. One that returns `AWAITS_PAGE` lets its key, and those after it,
 * wait until the page they are for calls `replayKeys`.
 */
export type KeyBindings = Record<string, () => unknown>;

const PREFIX_MS = 1200;
const layers: { current: KeyBindings }[] = [];
let prefix = "";
/** Whether the keys so far have a meaning of their own, as `.` has before `. .`. */
let prefixDid = false;
let prefixTimer: ReturnType<typeof setTimeout> | undefined;

/** Dialogs and menus read their own keys. */
function isCovered(target: EventTarget | null): boolean {
  if (document.querySelector('[aria-modal="true"]')) return true;
  return target instanceof Element && target.closest('[role="menu"], [role="listbox"]') !== null;
}

function nameOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return event.ctrlKey || event.metaKey ? `mod+${key}` : key;
}

function find(name: string): (() => unknown) | undefined {
  for (let index = layers.length - 1; index >= 0; index -= 1) {
    const handler = layers[index]?.current[name];
    if (handler) return handler;
  }
  return undefined;
}

function startsSequence(name: string): boolean {
  return layers.some((layer) =>
    Object.keys(layer.current).some((key) => key.startsWith(`${name} `)),
  );
}

function onKeyDown(event: KeyboardEvent) {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  const name = nameOf(event);
  const withModifier = name.startsWith("mod+");
  if (!withModifier && (isTextField(event.target) || isCovered(event.target))) return;
  if (name === "Enter" && event.target instanceof HTMLElement) {
    if (event.target.matches("button, a, summary, [role=button]")) return;
  }
  const joined = prefix ? `${prefix} ${name}` : name;
  clearTimeout(prefixTimer);
  // What has done something by itself does not swallow the next key.
  const full = prefixDid && !find(joined) ? name : joined;
  const waited = prefix !== "" && full === joined;
  prefix = "";
  prefixDid = false;
  const handler = find(full);
  if (handler) {
    const result = handler();
    if (result === LEFT_TO_BROWSER) return;
    event.preventDefault();
    if (result === OPENS_FIELD) bufferKeys();
    if (result === AWAITS_PAGE) bufferKeysForPage(event);
    else if (startsSequence(full)) awaitNext(full, true);
  } else if (!waited && startsSequence(name)) awaitNext(name, false);
}

function awaitNext(keys: string, did: boolean) {
  prefix = keys;
  prefixDid = did;
  prefixTimer = setTimeout(() => {
    prefix = "";
    prefixDid = false;
  }, PREFIX_MS);
}

/**
 * Binds keys while the component is mounted; the innermost screen wins.
 * Names are `KeyboardEvent.key` in lower case, `mod+k` for ctrl or command, `g o` for a sequence.
 */
export function useKeys(bindings: KeyBindings, enabled = true): void {
  const layer = useRef(bindings);
  layer.current = bindings;
  useEffect(() => {
    if (!enabled) return;
    if (layers.length === 0) document.addEventListener("keydown", onKeyDown);
    layers.push(layer);
    return () => {
      layers.splice(layers.indexOf(layer), 1);
      if (layers.length === 0) document.removeEventListener("keydown", onKeyDown);
    };
  }, [enabled]);
}
