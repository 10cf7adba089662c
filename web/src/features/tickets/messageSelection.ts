import { createContext, useCallback, useMemo, useState } from "react";

/** Which messages of the open thread are chosen. */
export type Selection = {
  /** null while nothing is being chosen. */
  chosen: ReadonlySet<number> | null;
  /** Begins to choose, with some messages chosen already. */
  begin: (messageIds: number[]) => void;
  toggle: (messageId: number) => void;
  end: () => void;
};

const nothing: Selection = { chosen: null, begin: () => {}, toggle: () => {}, end: () => {} };

/** The selection of the thread around; without one nothing can be chosen. */
export const MessageSelection = createContext<Selection>(nothing);

/** The selection of one ticket's thread. */
export function useMessageSelection(): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<number> | null>(null);
  const begin = useCallback(
    (ids: number[]) => setChosen((held) => new Set([...(held ?? []), ...ids])),
    [],
  );
  const toggle = useCallback((id: number) => {
    setChosen((held) => {
      const next = new Set(held);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  const end = useCallback(() => setChosen(null), []);
  return useMemo(() => ({ chosen, begin, toggle, end }), [chosen, begin, toggle, end]);
}
