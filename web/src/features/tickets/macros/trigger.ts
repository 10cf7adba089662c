/** Where `::` and the words after it stand in a text, and how exactly they were typed. */
export type Trigger = { start: number; end: number; words: string; typed: string };

const TRIGGER = /(?:^|[\s(])::([^\n:]{0,40})$/u;

/** The `::` that the caret stands behind, null without one. */
export function triggerAt(text: string, caret: number): Trigger | null {
  const found = TRIGGER.exec(text.slice(0, caret));
  const words = found?.[1];
  if (words === undefined) return null;
  const start = caret - words.length - 2;
  return { start, end: caret, words: words.trim(), typed: text.slice(start, caret) };
}

/** The text with something in place of the trigger. */
export function withInserted(
  text: string,
  { start, end }: Pick<Trigger, "start" | "end">,
  inserted: string,
): string {
  return text.slice(0, start) + inserted + text.slice(end);
}
