import type { ReactNode } from "react";
import classes from "./PlainText.module.css";

const address = /(https?:\/\/[^\s<>"')\]]+[^\s<>"')\].,;:!?])|(@\p{L}[\p{L}\p{N}._-]*)/gu;

/** A text as it was written: its lines, its addresses as links, its mentions in bold. */
export function PlainText({ text, className = "" }: { text: string; className?: string }) {
  const paragraphs = text
    .replace(/\r\n?/g, "\n")
    .trim()
    .split(/\n{2,}/);
  return (
    <div className={`${classes.text} ${className}`}>
      {paragraphs.map((paragraph, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a sent text never changes
        <p key={index} dir="auto">
          {linked(paragraph)}
        </p>
      ))}
    </div>
  );
}

function linked(paragraph: string): ReactNode[] {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const match of paragraph.matchAll(address)) {
    parts.push(paragraph.slice(end, match.index));
    parts.push(partOf(match, match.index));
    end = match.index + match[0].length;
  }
  parts.push(paragraph.slice(end));
  return parts;
}

function partOf(match: RegExpExecArray, key: number): ReactNode {
  if (!match[1]) return <b key={key}>{match[0]}</b>;
  return (
    <a key={key} href={match[1]} target="_blank" rel="noopener noreferrer nofollow">
      {match[1]}
    </a>
  );
}
