import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { sizeText } from "@/lib/sizes";
import { withoutBlankEnds } from "@/lib/text";
import { Button } from "./Button";
import classes from "./PlainText.module.css";

const address = /https?:\/\/[^\s<>"')\]]+[^\s<>"')\].,;:!?]/gu;

/** A longer text is folded: nobody reads it whole, and laying it out holds up the page. */
const FOLDED_CHARACTERS = 20_000;
const FOLDED_LINES = 400;

type PlainTextProps = {
  text: string;
  className?: string;
  /** Instead of what each paragraph begins with. */
  direction?: "ltr" | "rtl";
};

/** A text as it was written: its lines, and its addresses as links. */
export function PlainText({ text, className = "", direction }: PlainTextProps) {
  const { t, i18n } = useTranslation();
  const [whole, setWhole] = useState(false);
  const written = withoutBlankEnds(text.replace(/\r\n?/g, "\n"));
  const beginning = whole ? written : beginningOf(written);
  const paragraphs = beginning.split(/\n{2,}/);
  return (
    <div className={`${classes.text} ${className}`}>
      {paragraphs.map((paragraph, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a sent text never changes
        <p key={index} dir={direction ?? "auto"}>
          {linked(paragraph)}
        </p>
      ))}
      {beginning.length < written.length && (
        <Button
          size="s"
          look="line"
          className={`${classes.more} printed`}
          onClick={() => setWhole(true)}
        >
          {t("body.showAll", { size: sizeText(written.length, i18n.language) })}
        </Button>
      )}
    </div>
  );
}

/** The first lines of a text, cut at a line or a word; an endless word is cut anywhere. */
function beginningOf(text: string): string {
  let end = text.length;
  let at = -1;
  for (let line = 0; line < FOLDED_LINES; line++) {
    at = text.indexOf("\n", at + 1);
    if (at < 0) break;
  }
  if (at >= 0) end = at;
  if (end <= FOLDED_CHARACTERS) return text.slice(0, end);
  const head = text.slice(0, FOLDED_CHARACTERS);
  const space = Math.max(head.lastIndexOf(" "), head.lastIndexOf("\n"));
  return space > FOLDED_CHARACTERS / 2 ? head.slice(0, space) : head;
}

function linked(paragraph: string): ReactNode[] {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const match of paragraph.matchAll(address)) {
    parts.push(paragraph.slice(end, match.index));
    parts.push(
      <a key={match.index} href={match[0]} target="_blank" rel="noopener noreferrer nofollow">
        {match[0]}
      </a>,
    );
    end = match.index + match[0].length;
  }
  parts.push(paragraph.slice(end));
  return parts;
}
