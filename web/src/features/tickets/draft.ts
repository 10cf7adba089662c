import { useCallback, useEffect, useRef, useState } from "react";
import type { Attachment } from "@/api/types";
import { storedItem, storeItem } from "@/lib/stored";

export type Draft = {
  text: string;
  cc: string[];
  attachments: Attachment[];
};

const SAVE_DELAY_MS = 400;

const emptyDraft: Draft = { text: "", cc: [], attachments: [] };

function draftKey(number: number, kind: "reply" | "note"): string {
  return `atum.draft.${number}.${kind}`;
}

function loadDraft(key: string): Draft {
  try {
    return { ...emptyDraft, ...(JSON.parse(storedItem(key) ?? "{}") as Partial<Draft>) };
  } catch {
    return emptyDraft;
  }
}

function isEmpty(draft: Draft): boolean {
  return draft.text.trim() === "" && draft.attachments.length === 0 && draft.cc.length === 0;
}

/** What is being written on a ticket, kept in this browser as it is typed; reply and note apart. */
export function useDraft(number: number, kind: "reply" | "note") {
  const key = draftKey(number, kind);
  const [state, setState] = useState(() => ({ key, draft: loadDraft(key), saved: true }));
  const held = state.key === key ? state : { key, draft: loadDraft(key), saved: true };
  const latest = useRef(held);
  latest.current = held;

  const change = useCallback(
    (next: Partial<Draft>) =>
      setState((before) => {
        const base = before.key === key ? before.draft : loadDraft(key);
        return { key, draft: { ...base, ...next }, saved: false };
      }),
    [key],
  );
  const put = useCallback(
    (draft: Draft) => {
      storeItem(key, isEmpty(draft) ? null : JSON.stringify(draft));
      setState({ key, draft, saved: true });
    },
    [key],
  );

  useEffect(() => {
    if (held.saved) return;
    const timer = setTimeout(() => put(held.draft), SAVE_DELAY_MS);
    return () => clearTimeout(timer);
  }, [held, put]);
  useEffect(
    () => () => {
      const { key: leftKey, draft, saved } = latest.current;
      if (!saved) storeItem(leftKey, isEmpty(draft) ? null : JSON.stringify(draft));
    },
    [],
  );

  const clear = useCallback(() => put(emptyDraft), [put]);
  return { draft: held.draft, saved: held.saved, isEmpty: isEmpty(held.draft), change, put, clear };
}
