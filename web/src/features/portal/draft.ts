import { useCallback, useState } from "react";
import { storedItem, storeItem } from "@/lib/browserStorage";

type Texts = Record<string, string>;

function load<T extends Texts>(key: string, empty: T): T {
  try {
    return { ...empty, ...(JSON.parse(storedItem(key) ?? "{}") as Partial<T>) };
  } catch {
    return empty;
  }
}

const isEmpty = (texts: Texts) => Object.values(texts).every((text) => text.trim() === "");

/** Texts that are being written, kept in this browser until they are sent; `empty` must not change. */
export function useKeptTexts<T extends Texts>(key: string, empty: T) {
  const [texts, setTexts] = useState(() => load(key, empty));
  const change = useCallback(
    (part: Partial<T>) => {
      const next = { ...texts, ...part };
      storeItem(key, isEmpty(next) ? null : JSON.stringify(next));
      setTexts(next);
    },
    [key, texts],
  );
  const clear = useCallback(() => {
    storeItem(key, null);
    setTexts(empty);
  }, [key, empty]);
  return { texts, change, clear, isEmpty: isEmpty(texts) };
}
