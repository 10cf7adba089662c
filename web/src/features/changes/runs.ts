import type { UndoRefusal } from "@/api/undo";
import type { Change } from "./api";

/** Puts changes that were made at once beside each other, where the newest of them stands. */
export function asRuns(changes: Change[]): Change[][] {
  const runs = new Map<number, Change[]>();
  for (const change of changes) {
    const first = change.run_id ?? change.id;
    const run = runs.get(first);
    if (run) run.push(change);
    else runs.set(first, [change]);
  }
  return [...runs.values()];
}

/** Why the changes of a run cannot be taken back at once, or null; newest first. */
export function refusalOfRun(run: readonly Change[]): UndoRefusal | null {
  const [newest] = run;
  const refused = run.find(({ undo_refusal, undone, ...one }) => {
    if (!undo_refusal || undone) return false;
    // What a later change of the run wrote over is taken back before it.
    return undo_refusal.code !== "changed_since" || one.id === newest?.id;
  });
  return refused?.undo_refusal ?? null;
}
