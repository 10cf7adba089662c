import { queryOptions, useQuery } from "@tanstack/react-query";
import { client, read } from "@/api/client";
import type { Draft } from "./draftStore";
import type { PendingFile } from "./uploads";

// As api/atum_desk/outbox/mail_sizes.py counts: base64 makes 78 bytes of 57.
const LINE_BYTES = 57;
const ENCODED_LINE_BYTES = 78;
const FRAME_BYTES = 6_000;
const FILE_HEADER_BYTES = 1_200;
/** From this share on the limit is near. */
const NEAR = 0.8;
/** A text of less than this needs no limit. */
const LONG_TEXT = 50_000;

const encoded = (bytes: number) => Math.ceil(bytes / LINE_BYTES) * ENCODED_LINE_BYTES;

/** What of a mail has a size. */
type Written = Pick<Draft, "text" | "html" | "attachments" | "macro">;

/** How large the mail of a draft will be on its way, in bytes, with the files that are still on their way up. */
function mailBytes({ text, html, attachments, macro }: Written, pending: PendingFile[]): number {
  const sizes = [
    ...attachments.map(({ size }) => size),
    ...(macro?.files ?? []).map(({ size }) => size),
    ...pending.filter(({ error }) => !error).map(({ file }) => file.size),
  ];
  const files = sizes.reduce((sum, size) => sum + encoded(size) + FILE_HEADER_BYTES, 0);
  const words = encoded(new Blob([text]).size) + encoded(new Blob([html ?? text]).size);
  return FRAME_BYTES + words + files;
}

// A relay may announce another limit at any time; it is asked for anew with each ticket.
const mailLimitQuery = (number: number) =>
  queryOptions({
    queryKey: ["mail-limit", number] as const,
    queryFn: () =>
      read(client.GET("/api/v1/tickets/{number}/mail-limit", { params: { path: { number } } })),
  });

export type MailSize = { bytes: number; limitBytes: number; state: "fits" | "near" | "over" };

/** How much of what its relay takes a mail of a ticket needs; null while it has no files, or nobody knows the limit. */
export function useMailSize(
  number: number,
  draft: Written,
  pending: PendingFile[],
  isMail: boolean,
): MailSize | null {
  const files = draft.attachments.length + pending.length + (draft.macro?.files.length ?? 0);
  const enabled = isMail && (files > 0 || draft.text.length > LONG_TEXT);
  const limitBytes = useQuery({ ...mailLimitQuery(number), enabled }).data?.max_bytes ?? null;
  if (!enabled || limitBytes === null) return null;
  const bytes = mailBytes(draft, pending);
  const share = bytes / limitBytes;
  return { bytes, limitBytes, state: share > 1 ? "over" : share >= NEAR ? "near" : "fits" };
}
