import { TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { MessageItem } from "@/api/types";
import { Button, IconButton } from "@/ui/Button";
import { findingsIn } from "./findings";
import classes from "./RedactDialog.module.css";

const LEAST = 3;
const MOST = 1000;
const MOST_PASSAGES = 20;

type PassagesProps = {
  message: MessageItem;
  passages: string[];
  onChange: (passages: string[]) => void;
};

/** The message's text with what is chosen of it marked; passages are added by marking, by typing or as found. */
export function Passages({ message, passages, onChange }: PassagesProps) {
  const { t } = useTranslation();
  const text = useRef<HTMLElement>(null);
  const [typed, setTyped] = useState("");
  const shown = [message.text, message.quoted].filter(Boolean).join("\n\n");
  const found = findingsIn(shown).filter(({ passage }) => !passages.includes(passage));
  const add = (passage: string) => {
    const clean = passage.trim();
    const fits = clean.length >= LEAST && clean.length <= MOST && passages.length < MOST_PASSAGES;
    if (fits && !passages.includes(clean)) onChange([...passages, clean]);
  };
  const addMarked = () => {
    const selection = window.getSelection();
    if (text.current?.contains(selection?.anchorNode ?? null)) add(selection?.toString() ?? "");
  };
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard cannot scroll what only is read */}
      <section ref={text} className={classes.text} aria-label={t("redact.text")} tabIndex={0}>
        <p dir="auto">
          {parted(shown, passages).map(({ part, chosen, at }) =>
            chosen ? <mark key={at}>{part}</mark> : part,
          )}
        </p>
      </section>
      <div className={classes.adding}>
        <Button size="s" look="line" onClick={addMarked}>
          {t("redact.addMarked")}
        </Button>
        <TextInput
          className="grow"
          aria-label={t("redact.typed")}
          placeholder={t("redact.typed")}
          value={typed}
          maxLength={MOST}
          dir="auto"
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Button
          size="s"
          look="line"
          disabled={typed.trim().length < LEAST}
          onClick={() => {
            add(typed);
            setTyped("");
          }}
        >
          {t("redact.add")}
        </Button>
      </div>
      {found.length > 0 && (
        <section aria-label={t("redact.found")}>
          <h3 className={classes.heading}>{t("redact.found")}</h3>
          <ul className={classes.files}>
            {found.map(({ kind, passage }) => (
              <li key={passage} className={classes.file}>
                <Button size="s" look="line" icon="plus" onClick={() => add(passage)}>
                  <bdi>{passage}</bdi> ({t(`redact.${kind}`)})
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {passages.length > 0 && (
        <ul className={classes.files} aria-label={t("redact.chosen")}>
          {passages.map((passage) => (
            <li key={passage} className={classes.file}>
              <bdi className={`${classes.passage} cut`}>{passage}</bdi>
              <IconButton
                icon="x"
                size="s"
                label={t("redact.remove", { passage: passage.slice(0, 40) })}
                onClick={() => onChange(passages.filter((one) => one !== passage))}
              />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

type Stretch = { part: string; chosen: boolean; at: number };

/** A text in stretches, those that are chosen told apart. */
function parted(text: string, passages: string[]): Stretch[] {
  const patterns = passages
    .map((one) =>
      one
        .split(/\s+/)
        .map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
        .join("[\\s>]+"),
    )
    .sort((one, other) => other.length - one.length);
  if (patterns.length === 0) return [{ part: text, chosen: false, at: 0 }];
  let at = 0;
  return text.split(new RegExp(`(${patterns.join("|")})`, "u")).map((part, place) => {
    at += part.length;
    return { part, chosen: place % 2 === 1, at };
  });
}
