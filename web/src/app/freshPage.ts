const KEPT_AS = "atum.reloaded-for-a-part";
/** Under this name the router notes that it has loaded the page anew for a part that is missing. */
const ROUTERS_NOTE = "tanstack_router_reload:";
const ONE_MINUTE_MS = 60_000;
const ALIVE = "/api/v1/health/live";

const missing = new WeakSet<Error>();

async function answers(): Promise<boolean> {
  try {
    return (await globalThis.fetch(new Request(new URL(ALIVE, location.origin)))).ok;
  } catch {
    return false;
  }
}

/** Whether an error means that a part of the page could not be fetched. */
export function isMissingPart(error: unknown): boolean {
  return error instanceof Error && missing.has(error);
}

/**
 * Load the page anew, so that it finds the parts of the release that runs now; drafts outlive it.
 * Nothing happens while the server is silent, for then the browser's error page would be all that
 * is left, nor twice within a minute, for then the part is missing for good.
 */
export async function reloadForParts(page: Window, reload = () => page.location.reload()) {
  const last = Number(page.sessionStorage.getItem(KEPT_AS) ?? 0);
  if (Date.now() - last < ONE_MINUTE_MS || !(await answers())) return;
  page.sessionStorage.setItem(KEPT_AS, String(Date.now()));
  reload();
}

/**
 * Load the page anew when a part of it is gone: after an upgrade, an open page asks for parts of
 * the release it came from.
 */
export function reloadWhenAPartIsGone(page: Window, reload?: () => void): void {
  page.addEventListener("vite:preloadError", (event) => {
    const error = (event as Event & { payload: Error }).payload;
    missing.add(error);
    // The router would reload without asking whether anybody answers.
    page.sessionStorage.setItem(`${ROUTERS_NOTE}${error.message}`, "1");
    void reloadForParts(page, reload);
  });
}
