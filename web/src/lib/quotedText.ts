import type { MessageItem } from "@/api/types";

type StoredPart = NonNullable<MessageItem["quoted_parts"]>[number];

/** A part of a message that is folded: what it is, its text, and how many lines that has. */
export type FoldedPart = { kind: StoredPart["kind"]; from: number; text: string; lines: number };

/** The signature that a reply left with, as a folded part. */
export const signaturePart = (text: string): FoldedPart => ({
  kind: "signature",
  from: -1,
  text,
  lines: text.split("\n").length,
});

/** Cuts the quoted text as the API says; empty parts are left out. */
export function partsOf(quoted: string | null, stored: readonly StoredPart[] = []): FoldedPart[] {
  if (!quoted) return [];
  const lines = quoted.split("\n");
  const parts = stored.length > 0 ? stored : [{ kind: "quote" as const, lines: lines.length }];
  let from = 0;
  return parts.flatMap(({ kind, lines: count }) => {
    const text = lines
      .slice(from, from + count)
      .join("\n")
      .trim();
    const part = { kind, from, text, lines: text.split("\n").length };
    from += count;
    return text ? [part] : [];
  });
}
