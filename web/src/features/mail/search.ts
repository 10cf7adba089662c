export const boxes = ["outgoing", "incoming", "quarantine", "balance"] as const;
export type Box = (typeof boxes)[number];

/** The box that is shown, what narrows it, and the open mail, as the address holds them. */
export type MailSearch = { box?: Exclude<Box, "outgoing">; state?: string; mail?: string };

/** Reads the URL; what it does not know it leaves out. */
export function parseMailSearch(search: Record<string, unknown>): MailSearch {
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  return {
    box: boxes.find((box) => box !== "outgoing" && box === search.box) as MailSearch["box"],
    state: text(search.state),
    mail: text(search.mail),
  };
}
