import { type RefObject, useEffect } from "react";

export type Found = {
  /** The words of each message that was found, in lower case. */
  words: ReadonlyMap<number, readonly string[]>;
  /** The message that is looked at. */
  current: number | null;
};

const FOUND = "found";
const FOUND_HERE = "found-here";
/** A mail's frame has no style of the page. */
const FRAME_STYLE = `::highlight(${FOUND}){background-color:#d4a73b52}::highlight(${FOUND_HERE}){background-color:#d4a73bad;color:#141925}`;

type Realm = Window & typeof globalThis;

/** Marks the found words in the messages that are drawn, without touching their elements. */
export function useFoundMarks(body: RefObject<HTMLElement | null>, found: Found | null): void {
  useEffect(() => {
    const thread = body.current;
    if (!thread || !found || !canMark(window)) return;
    let frame = 0;
    const draw = () => drawMarks(thread, found);
    const drawSoon = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(draw);
    };
    const observer = new MutationObserver(drawSoon);
    observer.observe(thread, { childList: true, subtree: true });
    // A frame's mail is there after the frame.
    thread.addEventListener("load", drawSoon, true);
    draw();
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
      thread.removeEventListener("load", drawSoon, true);
      drawMarks(thread, { words: new Map(), current: null });
    };
  }, [body, found]);
}

function canMark(realm: Realm): boolean {
  return "highlights" in (realm.CSS ?? {});
}

function drawMarks(thread: HTMLElement, { words, current }: Found): void {
  const onPage: Record<string, Range[]> = { [FOUND]: [], [FOUND_HERE]: [] };
  for (const message of thread.querySelectorAll<HTMLElement>("article[id^=message-]")) {
    const id = Number(message.id.slice("message-".length));
    const name = id === current ? FOUND_HERE : FOUND;
    const pattern = patternOf(words.get(id) ?? []);
    if (pattern) onPage[name]?.push(...rangesOf(message, pattern));
    for (const frame of message.querySelectorAll("iframe")) {
      const realm = frame.contentWindow as Realm | null;
      const page = frame.contentDocument;
      if (!realm || !page?.body || !canMark(realm)) continue;
      set(realm, {
        [FOUND]: [],
        [FOUND_HERE]: [],
        [name]: pattern ? rangesOf(page.body, pattern) : [],
      });
      if (pattern) giveStyle(page);
    }
  }
  set(window, onPage);
}

function set(realm: Realm, ranges: Record<string, Range[]>): void {
  for (const [name, of] of Object.entries(ranges)) {
    if (of.length > 0) realm.CSS.highlights.set(name, new realm.Highlight(...of));
    else realm.CSS.highlights.delete(name);
  }
}

function giveStyle(page: Document): void {
  if (page.querySelector("style[data-found]")) return;
  const style = page.createElement("style");
  style.setAttribute("data-found", "");
  style.textContent = FRAME_STYLE;
  page.head.append(style);
}

function patternOf(words: readonly string[]): RegExp | null {
  if (words.length === 0) return null;
  const longestFirst = words.toSorted((one, other) => other.length - one.length);
  const alternatives = longestFirst.map((word) => word.replace(/[^\p{L}\p{N}\p{M}]/gu, "\\$&"));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${alternatives.join("|")})(?![\\p{L}\\p{N}])`, "giu");
}

/** Where the words stand in what somebody wrote; names and buttons around it are not that. */
function rangesOf(root: Element, pattern: RegExp): Range[] {
  const page = root.ownerDocument;
  const texts = page.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const ranges: Range[] = [];
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    if (text.parentElement?.closest("article header, button, style")) continue;
    for (const match of (text.nodeValue ?? "").matchAll(pattern)) {
      const range = page.createRange();
      range.setStart(text, match.index);
      range.setEnd(text, match.index + match[0].length);
      ranges.push(range);
    }
  }
  return ranges;
}
