import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

/** The words searched for and what is open, as the address holds them. */
export function useSettingsSearch() {
  const navigate = useNavigate();
  const { q = "", edit } = useSearch({ strict: false }) as { q?: string; edit?: string };
  const go = useCallback(
    (part: { q?: string; edit?: string }, replace: boolean) =>
      void navigate({ to: ".", search: (before) => ({ ...before, ...part }), replace }),
    [navigate],
  );
  return {
    q,
    search: useCallback((words: string) => go({ q: words.trim() || undefined }, true), [go]),
    /** What is open for editing: an id, "new" or a name that its page knows; or null. */
    opened: edit ?? null,
    open: useCallback((id: number | string) => go({ edit: String(id) }, false), [go]),
    close: useCallback(() => go({ edit: undefined }, true), [go]),
  };
}
