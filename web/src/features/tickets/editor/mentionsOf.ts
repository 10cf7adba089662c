/** Whom a text names by `@`. */
type Mentions = { staff_ids: number[]; team_ids: number[] };

/** Who is mentioned in what is written, each once. */
export function mentionsOf(html: string | null): Mentions {
  const found: Mentions = { staff_ids: [], team_ids: [] };
  if (!html) return found;
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const one of page.querySelectorAll<HTMLElement>("span[data-mention]")) {
    const [kind, id] = (one.dataset.mention ?? "").split(":");
    const ids = kind === "team" ? found.team_ids : found.staff_ids;
    if (Number(id) > 0 && !ids.includes(Number(id))) ids.push(Number(id));
  }
  return found;
}
