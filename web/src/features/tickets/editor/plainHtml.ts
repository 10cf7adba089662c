import type { Draft } from "../draftStore";
import type { Insertion } from "./field";

/** What is written: its text, and with its formatting where the text alone is not all of it. */
export type Written = Pick<Draft, "text" | "html">;

/** Plain text as the editor's own HTML: a paragraph for each line. */
export function htmlOfText(text: string): string {
  const holder = document.createElement("div");
  for (const line of text.split("\n")) {
    const paragraph = document.createElement("p");
    paragraph.textContent = line;
    holder.append(paragraph);
  }
  return holder.innerHTML;
}

/** What is written, as the editor reads it. */
export const writtenHtml = ({ text, html }: Written) => html ?? htmlOfText(text);

/** What is written with something behind it. */
export function appended(held: Written, { text, html }: Insertion): Written {
  const isFormatted = held.html !== null || html !== null;
  const before = held.text === "" ? "" : writtenHtml(held);
  return {
    text: held.text + text,
    html: isFormatted ? before + writtenHtml({ text, html }) : null,
  };
}
