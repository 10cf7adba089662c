import type { Attachment } from "@/api/types";
import type { Draft } from "./draftStore";

const SHOWN = /\/api\/v1\/attachments\/(\d+)\?inline=1/g;

/** The files of a draft that its text does not show. */
export function besideText({ attachments, html }: Draft): Attachment[] {
  if (html === null || attachments.length === 0) return attachments;
  const shown = new Set([...html.matchAll(SHOWN)].map((found) => Number(found[1])));
  return attachments.filter((file) => !shown.has(file.id));
}
