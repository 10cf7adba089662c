/** Hues 40 to 65 are gold's and belong to nobody. */
const GOLD_FROM = 40;
const GOLD_WIDTH = 26;

/** A person's colour: a hue in degrees, the same on every machine for the same id. */
export function hueOf(id: number | string): number {
  let hash = 2166136261;
  for (const character of String(id)) {
    hash ^= character.codePointAt(0) ?? 0;
    hash = Math.imul(hash, 16777619);
  }
  hash ^= hash >>> 15;
  const hue = (hash >>> 0) % (360 - GOLD_WIDTH);
  return hue < GOLD_FROM ? hue : hue + GOLD_WIDTH;
}

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

function firstLetter(word: string): string {
  for (const { segment } of segmenter.segment(word)) return segment.toUpperCase();
  return "";
}

/** At most two letters that stand for a name; Arabic joins letters, so there it is one. */
export function initialsOf(name: string): string {
  const words = name
    .replace(/[^\p{L}\p{N}\s@-]/gu, "")
    .split(/[\s@-]+/)
    .filter(Boolean);
  const first = words[0];
  if (first === undefined) return "?";
  const last = words.at(-1);
  if (/\p{Script=Arabic}|\p{Script=Han}/u.test(first) || words.length === 1 || !last) {
    return firstLetter(first);
  }
  return firstLetter(first) + firstLetter(last);
}
