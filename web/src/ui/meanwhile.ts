import { type ReactNode, useState } from "react";
import type { useEdits } from "./edits";

type Said<V> = { label: string; say: (value: V) => ReactNode };

/** How people read each field of a form: its label, and its value where that is no text or switch. */
export type FieldWords<T> = {
  [N in keyof T]: [T[N]] extends [string | boolean] ? string | Said<T[N]> : Said<T[N]>;
};

/** What somebody else changed while a form was open: one field of it. */
export type Meanwhile = {
  name: string;
  label: string;
  before: ReactNode;
  theirs: ReactNode;
  /** What was typed here over it; without it there is nothing to choose, theirs stands in the form. */
  mine?: ReactNode;
  takesTheirs: boolean;
};

type Found<T> = { before: T; theirs: T; mine: Partial<T> };

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/**
 * Keeps what somebody else changed beside what was typed, field by field. `meet` takes their state in
 * over the edits; `choose` puts theirs or one's own back into the form, until `forget`.
 */
export function useMeanwhile<T extends object>(
  edits: ReturnType<typeof useEdits<T>>,
  words: FieldWords<T>,
) {
  const [found, setFound] = useState<Found<T> | null>(null);
  const meet = (theirs: T) => {
    setFound({ before: edits.base, theirs, mine: edits.changed });
    edits.rebase(theirs);
  };
  const set = (part: Partial<T>) => {
    edits.set(part);
    setFound((held) => held && { ...held, mine: { ...held.mine, ...kept(held.mine, part) } });
  };
  const choose = (name: string, takesTheirs: boolean) => {
    const field = name as keyof T;
    const value = takesTheirs ? found?.theirs[field] : found?.mine[field];
    edits.set({ [name]: value } as Partial<T>);
  };
  const rows = found && rowsOf(found, edits.values, words);
  return { rows, meet, set, choose, forget: () => setFound(null) };
}

/** The part of what is typed now that there is a choice about. */
function kept<T extends object>(mine: Partial<T>, part: Partial<T>): Partial<T> {
  return Object.fromEntries(Object.entries(part).filter(([name]) => name in mine)) as Partial<T>;
}

function rowsOf<T extends object>(found: Found<T>, values: T, words: FieldWords<T>): Meanwhile[] {
  const { before, theirs, mine } = found;
  const names = Object.keys(theirs) as (keyof T & string)[];
  return names
    .filter((name) => !same(before[name], theirs[name]))
    .map((name) => {
      const { label, say } = saidOf(words[name]);
      const clashes = name in mine && !same(mine[name], theirs[name]);
      return {
        name,
        label,
        before: say(before[name]),
        theirs: say(theirs[name]),
        mine: clashes ? say(mine[name] as T[typeof name]) : undefined,
        takesTheirs: same(values[name], theirs[name]),
      };
    });
}

/** A label alone stands for a text or a switch, which are shown as they are. */
function saidOf<V>(words: string | Said<V>): Said<V> {
  return typeof words === "string" ? { label: words, say: (value) => value as ReactNode } : words;
}

/** Says ids by the names of what they stand for. */
export function namesAmong(named: readonly { id: number; name: string }[]) {
  return (ids: readonly number[]) =>
    named
      .filter(({ id }) => ids.includes(id))
      .map(({ name }) => name)
      .join(", ");
}
