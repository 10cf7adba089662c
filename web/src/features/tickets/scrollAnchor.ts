import { type RefObject, useLayoutEffect, useRef } from "react";

/** Where each line begins, in px, from where the list begins. */
type Places = ReadonlyMap<string, number>;

/**
 * How far the lines in sight moved, in px: as most of them did. One that was changed goes its own
 * way and takes nobody's eyes with it.
 */
export function shiftOf(seen: Places, now: Places): number {
  const counts = new Map<number, number>();
  for (const [key, place] of seen) {
    const found = now.get(key);
    if (found !== undefined) counts.set(found - place, (counts.get(found - place) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, one], [, other]) => other - one);
  return most?.[0] ?? 0;
}

/**
 * Keeps what is looked at in its place while lines before it come and go. At the top nothing is
 * kept: there the newest shows. Lists of another `name` begin anew.
 */
export function useAnchor(scroll: RefObject<HTMLElement | null>, name: string, places: Places) {
  const held = useRef<{ name: string; seen: Places }>({ name, seen: new Map() });
  // Every render, because scrolling changes what is in sight.
  useLayoutEffect(() => {
    const element = scroll.current;
    if (!element) return;
    const shift = held.current.name === name ? shiftOf(held.current.seen, places) : 0;
    if (shift !== 0 && element.scrollTop > 0) element.scrollTop += shift;
    const from = element.scrollTop;
    const to = from + element.clientHeight;
    const seen = [...places].filter(([, place]) => place >= from && place < to);
    held.current = { name, seen: new Map(seen) };
  });
}
