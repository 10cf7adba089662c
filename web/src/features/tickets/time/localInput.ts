const two = (count: number) => String(count).padStart(2, "0");

/** A moment as a field of date and time shows it, on this machine's clock. */
export function localInput(moment: Date): string {
  const day = [moment.getFullYear(), two(moment.getMonth() + 1), two(moment.getDate())].join("-");
  return `${day}T${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

/** A day as a field of dates shows it. */
export const dayInput = (moment: Date): string => localInput(moment).slice(0, 10);

/** The moment that such a field names, as the API takes it; undefined while it is not complete. */
export function momentOf(text: string): string | undefined {
  const moment = new Date(text);
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}
