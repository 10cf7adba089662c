import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";

const NEAR_END_PX = 160;
/** What stays between the pane's edge and the beginning of a long message. */
const MARGIN_PX = 8;

/**
 * Keeps the newest message in sight while frames and images find their height: all of it, or its
 * beginning where it is higher than the pane. A reader at the end stays at the end. What is new
 * since the last visit begins in sight instead, until the reader moves or something comes.
 */
export function useStickToEnd(
  scroll: RefObject<HTMLDivElement | null>,
  body: RefObject<HTMLDivElement | null>,
) {
  const atEnd = useRef(true);
  const placed = useRef<Placed>({ newest: null, topPx: 0, byReader: false, atNew: false });
  useLayoutEffect(() => {
    if (scroll.current) atEnd.current = showNewest(scroll.current, placed.current);
  }, [scroll]);
  useEffect(() => {
    const pane = scroll.current;
    if (!pane || !body.current) return;
    let topPx = pane.scrollTop;
    const onScroll = () => {
      // On paper nothing scrolls; where the reader was is found again afterwards.
      if (window.matchMedia("print").matches) return;
      topPx = pane.scrollTop;
      // What this hook did itself is not the reader's choice.
      if (Math.abs(topPx - placed.current.topPx) < 1) return;
      placed.current.byReader = true;
      atEnd.current = pane.scrollHeight - topPx - pane.clientHeight < NEAR_END_PX;
    };
    const onPrinted = () => {
      requestAnimationFrame(() => {
        if (atEnd.current) atEnd.current = showNewest(pane, placed.current);
        else pane.scrollTop = topPx;
      });
    };
    const grown = new ResizeObserver(() => {
      if (atEnd.current) atEnd.current = showNewest(pane, placed.current);
    });
    grown.observe(body.current);
    pane.addEventListener("scroll", onScroll, { passive: true });
    window.addEventListener("afterprint", onPrinted);
    return () => {
      window.removeEventListener("afterprint", onPrinted);
      grown.disconnect();
      pane.removeEventListener("scroll", onScroll);
    };
  }, [scroll, body]);
  return atEnd;
}

type Placed = {
  /** The message that was the newest when it was last looked for. */
  newest: Element | null;
  /** Where the pane was put. */
  topPx: number;
  /** The reader has moved since the newest message came. */
  byReader: boolean;
  /** The pane was put where the new messages begin, with more of them below its end. */
  atNew: boolean;
};

/** Puts the pane where it belongs; tells whether it shall stay there, whatever comes. */
function showNewest(pane: HTMLElement, placed: Placed): boolean {
  const newest = [...pane.querySelectorAll("article")].at(-1) ?? null;
  const isOpening = placed.newest === null || placed.newest === newest;
  // Who reads what is new is not taken away from it by what is newer still.
  if (!isOpening && placed.atNew && !placed.byReader) return false;
  if (newest !== placed.newest) placed.byReader = false;
  placed.newest = newest;
  const rule = isOpening ? pane.querySelector("[data-first-unread]") : null;
  const first = rule ?? newest;
  const end = pane.scrollHeight - pane.clientHeight;
  const begin = first
    ? first.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop
    : end;
  pane.scrollTop = placed.byReader ? end : Math.min(end, begin - MARGIN_PX);
  placed.topPx = pane.scrollTop;
  placed.atNew = rule !== null && placed.topPx < end - 1;
  return true;
}
