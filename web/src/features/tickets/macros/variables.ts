/** A variable that is being typed: where its name begins and ends, and the letters so far. */
export type Begun = { start: number; end: number; word: string };

const BEGUN = /\{\{\s*([\w.]*)$/;

/** The variable that the caret stands in, null when it stands in none. */
export function variableAt(text: string, caret: number): Begun | null {
  const word = BEGUN.exec(text.slice(0, caret))?.[1];
  return word === undefined ? null : { start: caret - word.length, end: caret, word };
}

/** The text with the variable's whole name, closed unless it is already. */
export function withVariable(text: string, { start, end }: Begun, variable: string): string {
  const rest = text.slice(end);
  const before = text.slice(0, start);
  const space = before.endsWith("{") ? " " : "";
  return `${before}${space}${variable}${/^\s*(\||\}\})/.test(rest) ? "" : " }}"}${rest}`;
}
