import { useState } from "react";

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/**
 * What is being edited over what is stored. After somebody else's change `rebase` takes the new
 * state in: what was not touched here follows it, what was touched stays.
 */
export function useEdits<T extends object>(start: T) {
  const [base, setBase] = useState(start);
  const [edits, setEdits] = useState<Partial<T>>({});
  const changed = Object.fromEntries(
    Object.entries(edits).filter(([name, value]) => !same(value, base[name as keyof T])),
  ) as Partial<T>;
  return {
    base,
    values: { ...base, ...edits } as T,
    changed,
    dirty: Object.keys(changed).length > 0,
    set: (part: Partial<T>) => setEdits((before) => ({ ...before, ...part })),
    rebase: setBase,
    /** Forgets what was edited and stands on this. */
    restart: (anew: T) => {
      setBase(anew);
      setEdits({});
    },
  };
}
