/** How the reader is told. */
export const settingsKey = ["notifications", "settings"] as const;
/** What the reader was told; the live service makes it old (LiveProvider). */
export const inboxKey = ["notifications", "list"] as const;
/** The browsers that show the reader's notifications. */
export const browsersKey = ["notifications", "browsers"] as const;
