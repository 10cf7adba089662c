import { useEffect, useState } from "react";
import classes from "./FullTextTooltip.module.css";

/** Long enough that a pointer passing over rows shows nothing. */
const REST_MS = 350;

type Shown = { text: string; top: number; start: number; widthPx: number; dir: string };

/**
 * Shows a text whole that an ellipsis cuts, while its row is pointed at or has the focus.
 * Texts that matter say so with `data-whole`; one listener serves every list.
 */
export function FullTextTooltip() {
  const shown = useCutText();
  if (!shown) return null;
  const style = {
    insetBlockStart: shown.top,
    insetInlineStart: shown.start,
    maxWidth: shown.widthPx,
  };
  return (
    // The whole text is in the page already; this is for eyes alone.
    <div
      className={`${classes.whole} screen-only`}
      style={style}
      dir={shown.dir}
      aria-hidden="true"
    >
      {shown.text}
    </div>
  );
}

/** The cut text under the pointer or with the focus, until anything else happens. */
function useCutText(): Shown | null {
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hide = () => {
      clearTimeout(timer);
      setShown(null);
    };
    const later = (element: Element | null, waitMs: number) => {
      hide();
      if (element && isCut(element)) timer = setTimeout(() => setShown(placed(element)), waitMs);
    };
    const stop = listenTo({
      pointerover: (event: PointerEvent) => {
        if (event.pointerType !== "touch") later(textOf(event.target), REST_MS);
      },
      focusin: ({ target }: FocusEvent) => {
        if (target instanceof Element && target.matches(":focus-visible")) later(textIn(target), 0);
      },
      focusout: hide,
      pointerdown: hide,
      keydown: hide,
      scroll: hide,
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, []);
  return shown;
}

/** Listens on the whole page, before anybody else; returns what ends it. */
function listenTo(listeners: Record<string, (event: never) => void>): () => void {
  const all = Object.entries(listeners) as [string, EventListener][];
  const options = { capture: true, passive: true };
  for (const [name, listener] of all) document.addEventListener(name, listener, options);
  return () => {
    for (const [name, listener] of all) document.removeEventListener(name, listener, options);
  };
}

function textOf(target: EventTarget | null): Element | null {
  return target instanceof Element ? target.closest("[data-whole]") : null;
}

function textIn(element: Element): Element | null {
  return element.closest("[data-whole]") ?? element.querySelector("[data-whole]");
}

/** Cut at the end of its line, or after its last line. */
function isCut(element: Element): boolean {
  const { scrollWidth, clientWidth, scrollHeight, clientHeight } = element;
  return scrollWidth > clientWidth || scrollHeight > clientHeight + 1;
}

const MARGIN_PX = 8;
const WIDEST_PX = 560;

/** Just below the text, from where it begins, within the window. */
function placed(element: Element): Shown {
  const box = element.getBoundingClientRect();
  const rtl = document.documentElement.dir === "rtl";
  const start = rtl ? window.innerWidth - box.right : box.left;
  const widthPx = Math.min(WIDEST_PX, window.innerWidth - 2 * MARGIN_PX);
  return {
    text: element.textContent ?? "",
    top: box.bottom + 4,
    start: Math.max(MARGIN_PX, Math.min(start, window.innerWidth - widthPx - MARGIN_PX)),
    widthPx,
    dir: getComputedStyle(element).direction,
  };
}
