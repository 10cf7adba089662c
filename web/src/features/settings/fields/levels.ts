import type { DraftOption } from "./draft";

/** How deep an option lies in its tree, 1 at the top. */
export function levelOf(option: DraftOption, options: readonly DraftOption[]): number {
  let level = 1;
  let above = option.parent;
  while (above && level < 10) {
    const key = above;
    above = options.find((one) => one.key === key)?.parent ?? null;
    level += 1;
  }
  return level;
}
