import { useSyncExternalStore } from "react";

const CHOSEN = "data-mantine-color-scheme";
const SYSTEM = "(prefers-color-scheme: dark)";

function watch(changed: () => void): () => void {
  const system = window.matchMedia(SYSTEM);
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: [CHOSEN] });
  system.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    system.removeEventListener("change", changed);
  };
}

function isDark(): boolean {
  const chosen = document.documentElement.getAttribute(CHOSEN);
  return chosen ? chosen === "dark" : window.matchMedia(SYSTEM).matches;
}

/** Whether the page is dark: the person's choice (see public/theme.js), else the system's. */
export function useIsDark(): boolean {
  return useSyncExternalStore(watch, isDark);
}
