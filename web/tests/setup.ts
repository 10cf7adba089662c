import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, beforeEach, vi } from "vitest";

// A busy machine may take its time to load a lazy screen for the first time.
configure({ asyncUtilTimeout: 8000 * Number(process.env.ATUM_TEST_SLOWNESS ?? 1) });

// Screens are tested with the plain field, which stands until the editor has come; editor.test.tsx has the editor.
vi.mock("@/features/tickets/editor/load", () => ({ useEditor: () => null }));

/** What the browser has and the test's page lacks. */
class QuietObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}

class QuietSocket {
  onopen: (() => void) | null = null;
  onmessage: (() => void) | null = null;
  onclose: (() => void) | null = null;
  send() {}
  close() {}
}

beforeEach(() => {
  localStorage.clear();
  vi.stubGlobal("ResizeObserver", QuietObserver);
  vi.stubGlobal("WebSocket", QuietSocket);
  Element.prototype.scrollIntoView = () => {};
  // A text area that grows listens for its font.
  Object.defineProperty(document, "fonts", { configurable: true, value: new EventTarget() });
  Object.defineProperties(HTMLElement.prototype, {
    clientHeight: { configurable: true, value: 800 },
    clientWidth: { configurable: true, value: 1200 },
  });
  window.matchMedia = (media: string) => desktop(media);
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Answers media queries as a window of 1440 px would. */
function desktop(media: string): MediaQueryList {
  const least = /min-width: (\d+)px/.exec(media);
  const most = /max-width: (\d+)px/.exec(media);
  const matches = least ? Number(least[1]) <= 1440 : most ? Number(most[1]) >= 1440 : false;
  return {
    matches,
    media,
    onchange: null,
    addEventListener: () => {},
    removeEventListener: () => {},
    addListener: () => {},
    removeListener: () => {},
    dispatchEvent: () => false,
  };
}
