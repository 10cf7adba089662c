/** Where `::` and the words after it stand in a text. */
export type Trigger = { start: number; end: number; words: string };

const TRIGGER = /(?:^|[\s(])::([^\n:]{0,40})$/u;

/** The `::` that the caret stands behind, null without one. */
export function triggerAt(text: string, caret: number): Trigger | null {
  const found = TRIGGER.exec(text.slice(0, caret));
  const words = found?.[1];
  if (words === undefined) return null;
  return { start: caret - words.length - 2, end: caret, words: words.trim() };
}

/** The text with something in place of the trigger. */
export function withInserted(text: string, { start, end }: Trigger, inserted: string): string {
  return text.slice(0, start) + inserted + text.slice(end);
}
