/**
 * Keys that are pressed between a shortcut and the field it opens. They wait, are typed into the
 * field in their order, and never run as commands. Keys of a page that is not there yet wait for it
 * in the same way and are then pressed on it.
 */

/** What has not opened by then does not open any more; the keys are free again. */
const LONGEST_MS = 10_000;
const passed = new Set([
  "Shift",
  "Control",
  "Alt",
  "AltGraph",
  "Meta",
  "CapsLock",
  "Process",
  "Dead",
]);

const held: KeyboardEvent[] = [];
let holding = false;
/** The keys are for a page, and which of them opens a field is known only there. */
let awaitsPage = false;
let typing = false;
/** The field the keys are for; null while it is awaited. */
let field: HTMLElement | null = null;
let replayed: KeyboardEvent | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Whether an element takes what is typed as text. */
export function isTextField(target: EventTarget | null): target is HTMLElement {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  return target.matches("input:not([type=checkbox]), textarea, select");
}

/**
 * Holds the keys until a text field has the focus; `first` is the first of them. An element with
 * `data-opens-field` is clicked as soon as it has the focus and keys wait.
 */
export function bufferKeys(first?: KeyboardEvent): void {
  awaitsPage = false;
  hold(first);
}

/** Holds the keys, `first` before all, until `replayKeys` is called. */
export function bufferKeysForPage(first: KeyboardEvent): void {
  awaitsPage = true;
  hold(first);
}

/** Presses the keys that waited for a page, now that it is there. */
export async function replayKeys(): Promise<void> {
  while (holding && awaitsPage && held.length > 0) {
    await nextTask();
    const event = awaitsPage ? held.shift() : undefined;
    if (event) press(document.activeElement ?? document.body, event);
  }
  if (awaitsPage && held.length === 0) release();
}

/** Lets go of the keys that wait for a page that does not come. */
export function discardKeys(): void {
  if (awaitsPage) release();
}

function hold(first: KeyboardEvent | undefined): void {
  clearTimeout(timer);
  timer = setTimeout(release, LONGEST_MS);
  if (first) held.push(first);
  field = null;
  if (holding) return;
  holding = true;
  window.addEventListener("keydown", take, true);
  window.addEventListener("focusin", focused, true);
  window.addEventListener("pointerdown", release, true);
  focused({ target: document.activeElement });
}

function release(): void {
  clearTimeout(timer);
  holding = false;
  awaitsPage = false;
  field = null;
  held.length = 0;
  window.removeEventListener("keydown", take, true);
  window.removeEventListener("focusin", focused, true);
  window.removeEventListener("pointerdown", release, true);
}

function take(event: KeyboardEvent): void {
  if (event === replayed || event.isComposing || passed.has(event.key)) return;
  event.stopImmediatePropagation();
  // A combination is the browser's (copy, reload); only the one that sends is part of the text.
  const isCombination = (event.ctrlKey || event.metaKey) && !event.getModifierState("AltGraph");
  if (isCombination && event.key !== "Enter") return;
  event.preventDefault();
  if (!event.repeat) held.push(event);
}

function focused({ target }: { target: EventTarget | null }): void {
  if (field || awaitsPage) return;
  if (isTextField(target)) {
    field = target;
    void typeHeld();
  } else if (target instanceof HTMLElement && target.matches("[data-opens-field]")) {
    if (held.length > 0) target.click();
    else release();
  }
}

/** One key at a time, so that each finds what the one before it has changed. */
async function typeHeld(): Promise<void> {
  if (typing) return;
  typing = true;
  while (field && held.length > 0) {
    await nextTask();
    const event = held.shift();
    if (!event || !field) break;
    // What was opened may be closed by one of the keys; those after it are for what has the focus.
    const there = field.isConnected && document.activeElement === field;
    press(there ? field : (document.activeElement ?? document.body), event);
  }
  typing = false;
  if (field && held.length === 0) release();
}

function nextTask(): Promise<void> {
  return new Promise((resume) => setTimeout(resume));
}

function press(target: Element, { key, code, ctrlKey, metaKey, shiftKey }: KeyboardEvent): void {
  const modifiers = { ctrlKey, metaKey, shiftKey };
  replayed = new KeyboardEvent("keydown", {
    ...{ key, code, ...modifiers },
    bubbles: true,
    cancelable: true,
  });
  if (!target.dispatchEvent(replayed)) return;
  if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)) return;
  if (key.length === 1) write(target, key);
  else if (key === "Enter" && target instanceof HTMLTextAreaElement) write(target, "\n");
  else if (key === "Backspace") erase(target);
}

type Writable = HTMLInputElement | HTMLTextAreaElement;

function write(target: Writable, text: string): void {
  const end = target.value.length;
  const [from, to] = [target.selectionStart ?? end, target.selectionEnd ?? end];
  replace(target, from, to, text, "insertText");
}

function erase(target: Writable): void {
  const to = target.selectionEnd ?? target.value.length;
  const from = target.selectionStart ?? to;
  replace(target, from === to ? Math.max(0, from - 1) : from, to, "", "deleteContentBackward");
}

function replace(target: Writable, from: number, to: number, text: string, inputType: string) {
  const { value } = target;
  const kind = target instanceof HTMLInputElement ? HTMLInputElement : HTMLTextAreaElement;
  // The element's own setter is React's, which would take this for a change of its own.
  Object.getOwnPropertyDescriptor(kind.prototype, "value")?.set?.call(
    target,
    value.slice(0, from) + text + value.slice(to),
  );
  // An address field has no caret to set.
  if (target.selectionStart !== null) {
    target.setSelectionRange(from + text.length, from + text.length);
  }
  target.dispatchEvent(new InputEvent("input", { bubbles: true, data: text, inputType }));
}
