import { useCallback, useState } from "react";
import { LEFT_TO_BROWSER, OPENS_FIELD, useKeys } from "@/lib/keyboard";

/** Whether the search in the ticket is open. */
export function useThreadSearch() {
  const [isOpen, setOpen] = useState(false);
  const open = useCallback(() => {
    setOpen(true);
    document.querySelector<HTMLInputElement>("[data-search-in-ticket]")?.select();
  }, []);
  const close = useCallback(() => setOpen(false), []);
  return { isOpen, open, close };
}

/** ctrl+f, before the command that is called so: pressed again in the field, it is the browser's. */
export function useSearchKey(open: () => void): void {
  useKeys({
    "mod+f": () => {
      const isAsked = document.activeElement?.matches("[data-search-in-ticket]");
      if (isAsked || document.querySelector('[aria-modal="true"]')) return LEFT_TO_BROWSER;
      open();
      return OPENS_FIELD;
    },
  });
}
