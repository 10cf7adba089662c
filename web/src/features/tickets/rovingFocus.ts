import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";
import type { Line } from "./listSections";

const steps: Record<string, (at: number, last: number) => number> = {
  ArrowDown: (at, last) => Math.min(at + 1, last),
  ArrowUp: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_at, last) => last,
};

/**
 * One tab stop for a whole list: the tab key leads to the line that was last in use, the arrows
 * lead to the others. `current` moves the stop, and the focus with it where the list has it.
 */
export function useRoving(
  lines: Line[],
  current: number | undefined,
  list: RefObject<HTMLElement | null>,
) {
  const [stop, setStop] = useState<string | null>(null);
  const wantsFocus = useRef<string | null>(null);
  const held = lines.findIndex((line) => line.key === stop);
  const at = held >= 0 ? held : lines.findIndex((line) => line.kind === "row");

  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the current row, not every refetch
  useEffect(() => {
    const line = lines.find((one) => one.kind === "row" && one.row.number === current);
    if (!line) return;
    setStop(line.key);
    const focused = document.activeElement;
    const isInside = focused !== list.current && list.current?.contains(focused);
    wantsFocus.current = isInside ? line.key : null;
  }, [current]);
  // Every render, because a line far away is drawn only after it was scrolled to.
  useEffect(() => {
    const wanted = wantsFocus.current;
    if (wanted === null || lines[at]?.key !== wanted) return;
    const found = list.current?.querySelector<HTMLElement>(
      `[data-line="${wanted}"] [tabindex="0"]`,
    );
    if (!found) return;
    wantsFocus.current = null;
    found.focus({ preventScroll: true });
  });

  const onKeyDown = (event: KeyboardEvent, scrollTo: (index: number) => void) => {
    const next = placeAfter(event, lines, at);
    const line = lines[next];
    if (!line) return;
    event.preventDefault();
    wantsFocus.current = line.key;
    setStop(line.key);
    scrollTo(next);
  };
  return { at, onKeyDown, takeStop: setStop };
}

/** The place a key leads to from another one, -1 when it leads nowhere. */
function placeAfter(event: KeyboardEvent, lines: Line[], at: number): number {
  const step = steps[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return -1;
  const places = lines.flatMap((line, index) =>
    line.kind === "more" || line.kind === "note" ? [] : [index],
  );
  return places[step(places.indexOf(at), places.length - 1)] ?? -1;
}
