import type { ChangeItem, MessageItem, ThreadItem } from "@/api/types";

/** What the thread shows: a message, a change alone, or changes that follow each other. */
export type ThreadLine =
  | { kind: "message"; key: string; message: MessageItem }
  | { kind: "change"; key: string; change: ChangeItem }
  | { kind: "run"; key: string; changes: ChangeItem[] };

/** Folds changes without a message between them into runs; the history beside tells each. */
export function linesOf(thread: readonly ThreadItem[]): ThreadLine[] {
  const lines: ThreadLine[] = [];
  for (const item of thread) {
    const last = lines.at(-1);
    if (item.type === "message") {
      lines.push({ kind: "message", key: `message-${item.id}`, message: item });
    } else if (last?.kind === "run") {
      last.changes.push(item);
    } else if (last?.kind === "change") {
      // By the key of its first change, so that a run that grows stays open.
      lines[lines.length - 1] = { kind: "run", key: last.key, changes: [last.change, item] };
    } else {
      lines.push({ kind: "change", key: `change-${item.id}`, change: item });
    }
  }
  return lines;
}
