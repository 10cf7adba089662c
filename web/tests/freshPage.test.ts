import { beforeEach, expect, test, vi } from "vitest";
import { isMissingPart, reloadForParts, reloadWhenAPartIsGone } from "@/app/freshPage";

beforeEach(() => sessionStorage.clear());

function answering(status: number) {
  vi.stubGlobal("fetch", async () => {
    if (status === 0) throw new TypeError("Failed to fetch");
    return new Response(null, { status });
  });
}

function missingPart(message: string): Error {
  const error = new TypeError(message);
  const event = new Event("vite:preloadError", { cancelable: true });
  window.dispatchEvent(Object.assign(event, { payload: error }));
  return error;
}

test("a page whose parts went with an upgrade is loaded anew, once", async () => {
  answering(200);
  const reload = vi.fn();
  reloadWhenAPartIsGone(window, reload);
  const error = missingPart("Failed to fetch dynamically imported module: /a.js");
  await vi.waitFor(() => expect(reload).toHaveBeenCalledTimes(1));
  expect(isMissingPart(error)).toBe(true);
  expect(isMissingPart(new TypeError("another"))).toBe(false);
  await reloadForParts(window, reload);
  expect(reload).toHaveBeenCalledTimes(1);
});

test.each([0, 502])("a page is not loaded anew while the server answers %i", async (status) => {
  answering(status);
  const reload = vi.fn();
  await reloadForParts(window, reload);
  expect(reload).not.toHaveBeenCalled();
  answering(200);
  await reloadForParts(window, reload);
  expect(reload).toHaveBeenCalledTimes(1);
});

test("the router, which would reload unasked, is told that it has done so", () => {
  answering(0);
  reloadWhenAPartIsGone(window, vi.fn());
  const message = "Failed to fetch dynamically imported module: /b.js";
  missingPart(message);
  expect(sessionStorage.getItem(`tanstack_router_reload:${message}`)).toBe("1");
});
