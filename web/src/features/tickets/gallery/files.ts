import type { Attachment, MessageItem } from "@/api/types";

export type PreviewKind = "image" | "pdf" | "text" | "none";

/** As the server found them to be, by their content: what it shows in place. */
const images = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"]);
const texts =
  /^text\/|^application\/(json|xml|x-yaml|yaml|toml|sql|x-sh|javascript|csv)$|\+(json|xml)$/;
const textNames =
  /\.(txt|log|csv|tsv|md|json|xml|ya?ml|ini|conf|toml|sql|eml|ics|vcf|diff|patch)$/i;
const MOST_PDF_BYTES = 30_000_000;

/** How a file is shown before it is downloaded. */
export function previewOf({ mime_type, filename, size }: Attachment): PreviewKind {
  if (images.has(mime_type)) return "image";
  if (mime_type === "application/pdf" || /\.pdf$/i.test(filename))
    return size <= MOST_PDF_BYTES && navigator.pdfViewerEnabled ? "pdf" : "none";
  return texts.test(mime_type) || textNames.test(filename) ? "text" : "none";
}

/** The files that the gallery goes through: those of the thread as far as it is loaded, oldest first. */
export function filesAround(shown: readonly MessageItem[], message: MessageItem): Attachment[] {
  // A message of a conversation stands in no thread of the ticket.
  const messages = shown.some(({ id }) => id === message.id) ? shown : [message];
  return messages.flatMap(({ attachments }) =>
    attachments.filter((file) => !file.inline && !file.redacted),
  );
}

/** Bytes of a file as text: by its byte order mark, else UTF-8, else Windows-1252; null for what is no text. */
export function decodeText(bytes: Uint8Array): string | null {
  const marked = markOf(bytes);
  if (marked) return new TextDecoder(marked).decode(bytes);
  if (bytes.includes(0)) return null;
  try {
    // The last character may be cut; it is left to the decoder.
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

function markOf([first, second, third]: Uint8Array): string | null {
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return null;
}
