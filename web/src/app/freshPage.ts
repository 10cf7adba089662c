const KEPT_AS = "atum.reloaded-for-a-part";
const ONE_MINUTE_MS = 60_000;

/**
 * Load the page anew when a part of it is gone: after an upgrade, an open page asks for parts of
 * the release it came from. Drafts outlive it. A part that is missing a second time within a
 * minute is a fault, and its error is shown.
 */
export function reloadWhenAPartIsGone(page: Window, reload = () => page.location.reload()): void {
  page.addEventListener("vite:preloadError", (event) => {
    const last = Number(page.sessionStorage.getItem(KEPT_AS) ?? 0);
    if (Date.now() - last < ONE_MINUTE_MS) return;
    page.sessionStorage.setItem(KEPT_AS, String(Date.now()));
    event.preventDefault();
    reload();
  });
}
