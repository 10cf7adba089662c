/** URL search as plain text: `?view=waiting&team=1,2`, never JSON. */
export type PlainSearch = Record<string, string>;

export function parseSearch(search: string): PlainSearch {
  return Object.fromEntries(new URLSearchParams(search));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    if (value !== undefined && value !== null && value !== "") params.set(key, String(value));
  }
  const text = params.toString().replaceAll("%2C", ",");
  return text ? `?${text}` : "";
}
