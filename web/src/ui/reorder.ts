import { type DragEvent, type KeyboardEvent, useState } from "react";

/** A list with one entry at another place. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}

type Reorderable = {
  draggable: true;
  "data-over"?: true;
  "aria-keyshortcuts": string;
  onDragStart: (event: DragEvent) => void;
  onDragOver: (event: DragEvent) => void;
  onDragEnd: () => void;
  onDrop: (event: DragEvent) => void;
  onKeyDown: (event: KeyboardEvent) => void;
};

/** Lets the entries of one list be dragged, or moved by Alt and an arrow key; nothing leaves its list. */
export function useReorder<T extends string | number>(
  ids: readonly T[],
  onOrder: (ids: T[], id: T) => void,
): (id: T) => Reorderable {
  const [dragged, setDragged] = useState<T | null>(null);
  const [over, setOver] = useState<T | null>(null);
  const move = (id: T, to: number) => {
    const from = ids.indexOf(id);
    if (from >= 0 && to >= 0 && to < ids.length && from !== to) onOrder(moved(ids, from, to), id);
  };
  const end = () => {
    setDragged(null);
    setOver(null);
  };
  return (id) => ({
    draggable: true,
    "data-over": over === id && dragged !== id ? true : undefined,
    "aria-keyshortcuts": "Alt+ArrowUp Alt+ArrowDown",
    onDragStart: (event) => {
      event.dataTransfer.effectAllowed = "move";
      setDragged(id);
    },
    onDragOver: (event) => {
      if (dragged === null) return;
      event.preventDefault();
      setOver(id);
    },
    onDragEnd: end,
    onDrop: (event) => {
      event.preventDefault();
      if (dragged !== null) move(dragged, ids.indexOf(id));
      end();
    },
    onKeyDown: (event) => {
      if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
      event.preventDefault();
      move(id, ids.indexOf(id) + (event.key === "ArrowUp" ? -1 : 1));
    },
  });
}
