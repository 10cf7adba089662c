import type { IfAlike } from "./api";

/** What may become of a row that only looks like a known contact. */
export const choices = ["skip", "add", "update"] as const satisfies readonly IfAlike[];
