/** Parts files into those that there is room for beside what is held, and those that are too many. */
export function roomFor(files: Iterable<File>, held: number, most: number) {
  const all = [...files];
  const room = Math.max(0, most - held);
  return { taken: all.slice(0, room), tooMany: all.slice(room) };
}
