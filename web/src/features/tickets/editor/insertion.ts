import type { Editor } from "@tiptap/core";
import { DOMParser, type Slice } from "@tiptap/pm/model";
import type { Draft } from "../draftStore";
import { triggerAt } from "../macros/trigger";
import type { Insertion, WritingField } from "./field";
import { cleanPaste } from "./paste";
import { appended, htmlOfText } from "./plainHtml";

type Range = { from: number; to: number };

/** Puts something in a range's place, as if it were pasted there. */
export function putAt(editor: Editor, { from, to }: Range, { text, html }: Insertion): void {
  if (text === "" && html === null) {
    editor.view.dispatch(editor.state.tr.delete(from, to));
    return;
  }
  const slice = sliceOf(editor, html === null ? htmlOfText(text) : cleanPaste(html));
  editor.view.dispatch(editor.state.tr.replaceRange(from, to, slice).scrollIntoView());
}

function sliceOf(editor: Editor, html: string): Slice {
  const holder = document.implementation.createHTMLDocument().createElement("div");
  holder.innerHTML = html;
  return DOMParser.fromSchema(editor.schema).parseSlice(holder, { preserveWhitespace: true });
}

/** The text of the paragraph in front of the caret; what is no letter counts as one. */
export function beforeCaret(editor: Editor): { text: string; start: number } {
  const { $from } = editor.state.selection;
  const text = $from.parent.textBetween(0, $from.parentOffset, "\n", "\ufffc");
  return { text, start: $from.start() };
}

/** The editor as the composer uses it; `change` writes into the draft after the editor has gone. */
export function fieldOf(
  editor: Editor | null,
  change: (part: (held: Draft) => Partial<Draft>) => void,
): WritingField {
  return {
    focus: () => editor?.view.focus(),
    blur: () => editor?.view.dom.blur(),
    trigger: () => {
      if (!editor || editor.isDestroyed) return null;
      const { text, start } = beforeCaret(editor);
      const found = triggerAt(text, text.length);
      return found && { ...found, start: found.start + start, end: found.end + start };
    },
    place: (trigger, insertion) => {
      if (!editor || editor.isDestroyed) {
        change((held) => appended(held, insertion));
        return;
      }
      const { doc } = editor.state;
      const end = Math.min(trigger.end, doc.content.size);
      const start = Math.min(trigger.start, end);
      const stands = doc.textBetween(start, end, "\n", "\ufffc") === trigger.typed;
      const last = doc.content.size - (doc.lastChild?.isTextblock ? 1 : 0);
      const range = stands ? { from: start, to: end } : { from: last, to: last };
      putAt(editor, range, insertion);
    },
  };
}
