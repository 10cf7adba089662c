import type { Editor } from "@tiptap/core";
import { type KeyboardEvent, useEffect, useReducer, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { apply, blocks, clearing, type Format, marks, tableParts } from "./commands";
import { FormatIcon, type FormatIconName } from "./icons";
import { LinkField } from "./LinkField";
import { linesAsSlice } from "./paste";
import classes from "./RichText.module.css";

type FormatBarProps = { editor: Editor; onImages: (files: File[]) => void };

/** Formats what is selected. Seen while the text has the focus; one tab stop, the arrows lead through it. */
export function FormatBar({ editor, onImages }: FormatBarProps) {
  const { t } = useTranslation();
  const [asksLink, setAsksLink] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    editor.on("transaction", redraw);
    return () => {
      editor.off("transaction", redraw);
    };
  }, [editor]);
  const buttonOf = (format: Format) => (
    <FormatButton
      key={format.name}
      name={format.name}
      keys={format.keys}
      pressed={format.active !== undefined && editor.isActive(format.active)}
      onClick={() => apply(editor, format)}
    />
  );
  return (
    <div className={classes.bars}>
      <div
        className={classes.bar}
        role="toolbar"
        aria-label={t("editor.bar")}
        onKeyDown={moveFocus}
        // The text keeps its focus and its selection.
        onMouseDown={(event) => event.preventDefault()}
      >
        {marks.map(buttonOf)}
        <FormatButton
          name="link"
          pressed={editor.isActive("link")}
          onClick={() => setAsksLink(true)}
        />
        <i className={classes.line} />
        {blocks.map(buttonOf)}
        <FormatButton name="image" onClick={() => files.current?.click()} />
        <i className={classes.line} />
        <FormatButton
          name="pastePlain"
          keys="Ctrl+Shift+V"
          onClick={() => void pastePlain(editor, (keys) => t("editor.pasteRefused", { keys }))}
        />
        {buttonOf(clearing)}
        {editor.isActive("table") && (
          <>
            <i className={classes.line} />
            {tableParts.map(buttonOf)}
          </>
        )}
      </div>
      {asksLink && <LinkField editor={editor} onClose={() => setAsksLink(false)} />}
      <input
        ref={files}
        type="file"
        accept="image/png,image/jpeg,image/gif"
        multiple
        hidden
        data-testid="inline-image"
        onChange={(event) => {
          onImages([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = "";
        }}
      />
    </div>
  );
}

type FormatButtonProps = {
  name: FormatIconName;
  pressed?: boolean;
  keys?: string;
  onClick: () => void;
};

function FormatButton({ name, pressed, keys, onClick }: FormatButtonProps) {
  const { t } = useTranslation();
  const label = t(`editor.${name}`);
  return (
    <Button
      className={classes.button}
      tabIndex={name === "bold" ? 0 : -1}
      aria-label={label}
      aria-pressed={pressed}
      title={keys ? `${label} (${keys})` : label}
      onClick={onClick}
    >
      <FormatIcon name={name} />
    </Button>
  );
}

const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 };

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const forward = steps[event.key];
  if (!forward) return;
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  if (at < 0) return;
  const step = getComputedStyle(event.currentTarget).direction === "rtl" ? -forward : forward;
  buttons[(at + step + buttons.length) % buttons.length]?.focus();
  event.preventDefault();
}

/** Puts the clipboard's text in the selection's place, without its formatting. */
async function pastePlain(editor: Editor, refusal: (keys: string) => string): Promise<void> {
  try {
    const text = await navigator.clipboard.readText();
    if (editor.isDestroyed) return;
    const { state, view } = editor;
    view.dispatch(state.tr.replaceSelection(linesAsSlice(text, state.schema)).scrollIntoView());
    view.focus();
  } catch {
    toast.show({ message: refusal("Ctrl+Shift+V"), tone: "bad" });
  }
}
