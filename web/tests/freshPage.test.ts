import { beforeEach, expect, test, vi } from "vitest";
import { reloadWhenAPartIsGone } from "@/app/freshPage";

beforeEach(() => sessionStorage.clear());

test("a page whose parts went with an upgrade is loaded anew, once", () => {
  const reload = vi.fn();
  reloadWhenAPartIsGone(window, reload);
  const first = new Event("vite:preloadError", { cancelable: true });
  window.dispatchEvent(first);
  expect(reload).toHaveBeenCalledTimes(1);
  expect(first.defaultPrevented).toBe(true);
  const second = new Event("vite:preloadError", { cancelable: true });
  window.dispatchEvent(second);
  expect(reload).toHaveBeenCalledTimes(1);
  expect(second.defaultPrevented).toBe(false);
});
