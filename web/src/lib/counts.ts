/** The API counts up to here; more is said as "more". */
const COUNT_CAP = 1000;

/** A capped count as it is shown. */
export function countText(count: number): string {
  return count >= COUNT_CAP ? `${COUNT_CAP - 1}+` : String(count);
}
