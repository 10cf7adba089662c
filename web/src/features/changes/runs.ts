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
