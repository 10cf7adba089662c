import { useMe } from "@/api/session";
import { storedItem, storeItem, useStored } from "@/lib/browserStorage";

const KEPT = 8;
const LONGEST = 200;

const keyOf = (person: number) => `atum.searches.${person}`;

function parsed(text: string | null): string[] {
  try {
    const list: unknown = JSON.parse(text ?? "[]");
    if (!Array.isArray(list)) return [];
    return list.filter((one): one is string => typeof one === "string").slice(0, KEPT);
  } catch {
    return [];
  }
}

/** Keeps what a person searched for in this browser, the newest first; what it only began with goes. */
export function keepSearch(person: number, words: string): void {
  const text = words.trim();
  if (text.length < 2 || text.length > LONGEST) return;
  const kept = parsed(storedItem(keyOf(person)));
  const others = kept.filter((one) => !text.toLowerCase().startsWith(one.toLowerCase()));
  storeItem(keyOf(person), JSON.stringify([text, ...others].slice(0, KEPT)));
}

/** What the person searched for lately in this browser, and how to forget it. */
export function useRecentSearches() {
  const { id } = useMe().person;
  const [text] = useStored(keyOf(id), "[]");
  return { recent: parsed(text), forget: () => void storeItem(keyOf(id), null), person: id };
}
