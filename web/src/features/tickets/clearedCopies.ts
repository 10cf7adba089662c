import "@/app/pageTexts";
import { type KeyboardEvent, useCallback, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "@/lib/toast";
import { allOf, type People, withAdded } from "./recipients";

/** As `aria-keyshortcuts` names it. */
export const CLEAR_COPIES_KEY = "Control+Shift+Backspace";

/** Whether a key takes everybody off Cc. */
export function clearsCopies(event: KeyboardEvent): boolean {
  const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
  return key === "Backspace" && shiftKey && (ctrlKey || metaKey) && !altKey;
}

/** Takes everybody off Cc at once; the toast brings them back, but nobody who stands on another line by then. */
export function useClearCopies(people: People, onChange: (people: People) => void): () => void {
  const { t } = useTranslation();
  const latest = useRef({ people, onChange });
  useEffect(() => {
    latest.current = { people, onChange };
  });
  return useCallback(() => {
    const { people: held, onChange: change } = latest.current;
    if (held.cc.length === 0) return;
    change({ ...held, cc: [] });
    toast.show({
      message: t("recipients.ccCleared", { count: held.cc.length }),
      action: {
        label: t("recipients.bringBack"),
        run: () => {
          const now = latest.current.people;
          const elsewhere = new Set(allOf(now).map((one) => one.address.toLowerCase()));
          const back = held.cc.filter((one) => !elsewhere.has(one.address.toLowerCase()));
          latest.current.onChange(withAdded(now, "cc", back));
        },
      },
    });
  }, [t]);
}
