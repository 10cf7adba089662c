/** Lower case without accents, so that `nunez` finds Núñez. */
export function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

const EXACT = 0;
const BEGINNING = 2;
const WORD = 4;
const INSIDE = 6;
const SCATTERED = 8;

function rankIn(text: string, wanted: string): number | null {
  if (text === wanted) return EXACT;
  if (text.startsWith(wanted)) return BEGINNING;
  const at = text.indexOf(wanted);
  if (at < 0) return null;
  const words = text.split(/[^\p{L}\p{N}]+/u);
  return words.some((word) => word.startsWith(wanted)) ? WORD : INSIDE;
}

function rankOf(texts: readonly string[], wanted: string): number | null {
  // Of two equal matches the one in the first text counts more: a name before a hint.
  const ranks = texts.map((text, place) => {
    const rank = rankIn(text, wanted);
    return rank === null ? null : rank + Math.min(place, 1);
  });
  const found = ranks.filter((rank) => rank !== null);
  if (found.length > 0) return Math.min(...found);
  const all = texts.join(" ");
  return wanted.split(/\s+/).every((word) => all.includes(word)) ? SCATTERED : null;
}

/**
 * The items that match what was typed, best first: the same text, then a text that begins with it,
 * then one with a word that does, then one that holds it, then one that holds all its words.
 * Equal matches keep their order. `textsOf` gives what is matched, the item's name first.
 */
export function ranked<T>(
  items: readonly T[],
  query: string,
  textsOf: (item: T) => readonly (string | undefined)[],
  { keepAll = false } = {},
): T[] {
  const wanted = folded(query.trim());
  if (!wanted) return [...items];
  return items
    .flatMap((item) => {
      const texts = textsOf(item).filter((text) => text !== undefined);
      const rank = rankOf(texts.map(folded), wanted);
      if (rank === null && !keepAll) return [];
      return [{ item, rank: rank ?? Number.POSITIVE_INFINITY }];
    })
    .sort((one, other) => (one.rank === other.rank ? 0 : one.rank - other.rank))
    .map(({ item }) => item);
}
