import type { ChainedCommands, Editor } from "@tiptap/core";
import type { FormatIconName } from "./icons";

/** A button of the format bar: what it does, and what of the text under the caret it stands for. */
export type Format = {
  name: FormatIconName;
  run: (chain: ChainedCommands) => ChainedCommands;
  /** The node or mark under the caret that presses the button. */
  active?: string;
  keys?: string;
};

export const marks: Format[] = [
  { name: "bold", run: (chain) => chain.toggleBold(), active: "bold", keys: "Ctrl+B" },
  { name: "italic", run: (chain) => chain.toggleItalic(), active: "italic", keys: "Ctrl+I" },
  { name: "strike", run: (chain) => chain.toggleStrike(), active: "strike", keys: "Ctrl+Shift+S" },
];

export const blocks: Format[] = [
  {
    name: "list",
    run: (chain) => chain.toggleBulletList(),
    active: "bulletList",
    keys: "Ctrl+Shift+8",
  },
  {
    name: "numbers",
    run: (chain) => chain.toggleOrderedList(),
    active: "orderedList",
    keys: "Ctrl+Shift+7",
  },
  {
    name: "quote",
    run: (chain) => chain.toggleBlockquote(),
    active: "blockquote",
    keys: "Ctrl+Shift+B",
  },
  { name: "code", run: (chain) => chain.toggleCode(), active: "code", keys: "Ctrl+E" },
  {
    name: "codeBlock",
    run: (chain) => chain.toggleCodeBlock(),
    active: "codeBlock",
    keys: "Ctrl+Alt+C",
  },
  {
    name: "table",
    run: (chain) => chain.insertTable({ rows: 3, cols: 3, withHeaderRow: true }),
    active: "table",
  },
];

/** What is offered while the caret is in a table. */
export const tableParts: Format[] = [
  { name: "rowAfter", run: (chain) => chain.addRowAfter() },
  { name: "columnAfter", run: (chain) => chain.addColumnAfter() },
  { name: "deleteRow", run: (chain) => chain.deleteRow() },
  { name: "deleteColumn", run: (chain) => chain.deleteColumn() },
  { name: "deleteTable", run: (chain) => chain.deleteTable() },
];

export const clearing: Format = {
  name: "clear",
  run: (chain) => chain.clearNodes().unsetAllMarks(),
};

/** Carries a format out on what is selected, and leaves the focus in the text. */
export function apply(editor: Editor, { run }: Format): void {
  run(editor.chain()).run();
  editor.view.focus();
}
