import { act } from "@testing-library/react";

/** Makes the window of a test answer media queries by a width that can change. */
export function createWindow(initialPx: number) {
  let widthPx = initialPx;
  const queries = new Set<() => void>();
  window.matchMedia = (media) => {
    const list = new EventTarget() as MediaQueryList;
    Object.defineProperties(list, {
      media: { value: media },
      matches: { get: () => isMet(media, widthPx) },
    });
    let met = list.matches;
    queries.add(() => {
      if (list.matches === met) return;
      met = list.matches;
      list.dispatchEvent(Object.assign(new Event("change"), { matches: met, media }));
    });
    return list;
  };
  return {
    /** Tells everybody who listens. */
    resize: (px: number) =>
      act(() => {
        widthPx = px;
        window.innerWidth = px;
        for (const tell of queries) tell();
        window.dispatchEvent(new Event("resize"));
      }),
  };
}

function isMet(media: string, widthPx: number): boolean {
  const least = /min-width: (\d+)px/.exec(media);
  const most = /max-width: (\d+)px/.exec(media);
  if (!least && !most) return false;
  return widthPx >= Number(least?.[1] ?? 0) && widthPx <= Number(most?.[1] ?? Infinity);
}
