import { client, read } from "@/api/client";
import type { components } from "@/api/generated/schema";

export type RedactionReach = components["schemas"]["RedactionReach"];

/** What of a message goes: passages of its text, or all of it, and files. */
export type Wanted = {
  mode: "passages" | "body" | "files";
  passages: string[];
  fileIds: number[];
};

export const nothingWanted = ({ mode, passages, fileIds }: Wanted) =>
  fileIds.length === 0 && (mode === "files" || (mode === "passages" && passages.length === 0));

const body = ({ mode, passages, fileIds }: Wanted) => ({
  text: mode === "passages" ? passages : [],
  parts: mode === "body" ? ["body" as const] : [],
  attachment_ids: fileIds,
});

/** Tells what a redaction would reach, and does nothing. */
export function previewRedaction(number: number, message_id: number, wanted: Wanted) {
  return read(
    client.POST("/api/v1/tickets/{number}/messages/{message_id}/redact/preview", {
      params: { path: { number, message_id } },
      body: body(wanted),
    }),
  );
}

/** Redacts for good. */
export function redact(number: number, message_id: number, wanted: Wanted, reason: string) {
  return read(
    client.POST("/api/v1/tickets/{number}/messages/{message_id}/redact", {
      params: { path: { number, message_id } },
      body: { ...body(wanted), reason },
    }),
  );
}

/** What is marked within a message of the thread, also in the frame of its HTML. */
export function markedIn(message_id: number): string {
  const article = document.getElementById(`message-${message_id}`);
  const frame = article?.querySelector("iframe")?.contentWindow?.getSelection()?.toString().trim();
  if (frame) return frame;
  const selection = window.getSelection();
  const marked = selection?.toString().trim() ?? "";
  return marked && article?.contains(selection?.anchorNode ?? null) ? marked : "";
}
