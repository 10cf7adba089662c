/** Which tickets of a contact or an organization are shown. */
export const shownTickets = ["all", "open", "done"] as const;
export type ShownTickets = (typeof shownTickets)[number];
