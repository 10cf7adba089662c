import { type ClipboardEvent, useCallback, useImperativeHandle, useRef } from "react";
import type { Draft } from "../draft";
import type { ComposerTextProps, Insertion } from "../editor/field";
import { useEditor } from "../editor/load";
import { appended, htmlOfText } from "../editor/plainHtml";
import { type Trigger, triggerAt, withInserted } from "../macros/trigger";
import classes from "./Composer.module.css";

/** The text of the composer: a plain field at once, the editor from the moment it has arrived. */
export function ComposerText(props: ComposerTextProps) {
  const plain = useRef<{ element: HTMLTextAreaElement | null; composing: boolean }>({
    element: null,
    composing: false,
  });
  const mayArrive = useCallback(() => !plain.current.composing, []);
  const Editor = useEditor(props.wanted || props.draft.html !== null, mayArrive);
  // Read while the plain field still stands: where the caret is goes on in the editor.
  const element = plain.current.element;
  const caret =
    Editor && element && element === document.activeElement ? element.selectionStart : null;
  if (Editor) return <Editor key={props.kind} {...props} caret={caret} />;
  return <PlainField {...props} plain={plain} />;
}

type PlainFieldProps = ComposerTextProps & {
  plain: { current: { element: HTMLTextAreaElement | null; composing: boolean } };
};

function PlainField({ plain, draft, onChange, ref, ...props }: PlainFieldProps) {
  const field = plain.current;
  useImperativeHandle(ref, () => ({
    focus: () => field.element?.focus(),
    blur: () => field.element?.blur(),
    trigger: () => field.element && triggerAt(field.element.value, field.element.selectionStart),
    place: (trigger, insertion) => onChange((held) => withPlaced(held, trigger, insertion)),
  }));
  // Formatted text goes on at its end only: in the middle the plain field knows no place in it.
  const formatted = draft.html === null ? null : draft.text;
  const onPaste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    if (files.length === 0) return;
    event.preventDefault();
    props.onFiles(files);
  };
  return (
    <textarea
      ref={(element) => {
        field.element = element;
      }}
      className={classes.text}
      value={draft.text}
      placeholder={props.placeholder}
      aria-label={props.label}
      dir="auto"
      onChange={({ currentTarget: { value } }) => {
        if (formatted === null) onChange(() => ({ text: value }));
        else if (value.startsWith(formatted))
          onChange((held) => ({
            text: value,
            html: withTyped(held, value.slice(formatted.length)),
          }));
      }}
      onKeyDown={(event) => void props.onKeyDown(event.nativeEvent)}
      onPaste={onPaste}
      onSelect={props.onLook}
      onBlur={props.onLeave}
      onCompositionStart={() => {
        field.composing = true;
      }}
      onCompositionEnd={() => {
        field.composing = false;
      }}
      {...props.described}
    />
  );
}

/** What is written with something in a trigger's place, or at its end where that has changed. */
function withPlaced(held: Draft, trigger: Trigger, insertion: Insertion): Partial<Draft> {
  const stands = held.text.slice(trigger.start, trigger.end) === trigger.typed;
  if (held.html !== null || !stands) return appended(held, insertion);
  const { text, html } = insertion;
  const [before, after] = [held.text.slice(0, trigger.start), held.text.slice(trigger.end)];
  return {
    text: withInserted(held.text, trigger, text),
    html: html === null ? null : htmlOfText(before) + html + htmlOfText(after),
  };
}

/** Formatted text with what was typed behind it before its editor came. */
function withTyped(held: Draft, typed: string): string | null {
  if (held.html === null || typed === "") return held.html;
  const page = new DOMParser().parseFromString(held.html, "text/html");
  let last = page.body.lastElementChild;
  for (const [index, line] of typed.split("\n").entries()) {
    if (index > 0 || last?.localName !== "p") {
      last = page.createElement("p");
      page.body.append(last);
    }
    last.append(line);
  }
  return page.body.innerHTML;
}
