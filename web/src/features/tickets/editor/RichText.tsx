import { Editor } from "@tiptap/core";
import { useImperativeHandle, useLayoutEffect, useRef, useState } from "react";
import composer from "../components/Composer.module.css";
import { isOnlyText, textOf } from "./content";
import { extensions } from "./extensions";
import { FormatBar } from "./FormatBar";
import type { ComposerTextProps } from "./field";
import { fieldOf, putAt } from "./insertion";
import { MentionList } from "./MentionList";
import { cleanPaste, linesAsSlice } from "./paste";
import { type Written, writtenHtml } from "./plainHtml";
import classes from "./RichText.module.css";
import "./texts";

type RichTextProps = ComposerTextProps & {
  /** Where the caret stood in the plain field that had the focus, null when it had not. */
  caret: number | null;
};

/** The composer's text with its formatting. What is written goes into the draft with each key. */
export function RichText(props: RichTextProps) {
  const { draft, label, placeholder, described, ref } = props;
  const holder = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const told = useRef<Written>({ text: draft.text, html: draft.html });
  const mentionKeys = useRef<((event: KeyboardEvent) => boolean) | null>(null);
  const [editor, setEditor] = useState<Editor | null>(null);

  useLayoutEffect(() => {
    const made = makeEditor(holder.current, latest, told, mentionKeys);
    setEditor(made);
    return () => made.destroy();
  }, []);
  // Before the next key: what another window, a macro or an undo wrote takes the place of what is shown.
  useLayoutEffect(() => {
    const { text, html } = draft;
    if (!editor || (told.current.text === text && told.current.html === html)) return;
    told.current = { text, html };
    editor.commands.setContent(writtenHtml({ text, html }), {
      emitUpdate: false,
      parseOptions: PARSED,
    });
  }, [editor, draft]);
  const shown = `${label}\n${placeholder}\n${described["aria-activedescendant"] ?? ""}`;
  useLayoutEffect(() => {
    if (editor && shown) editor.view.setProps({});
  }, [editor, shown]);
  useImperativeHandle(ref, () => fieldOf(editor, (part) => latest.current.onChange(part)));

  return (
    <div className={classes.editor}>
      {editor && (
        <FormatBar editor={editor} onImages={(files) => addImages(editor, latest, files)} />
      )}
      <div ref={holder} className={`${composer.text} ${classes.holder}`} />
      {/* Whom a reply names would not be told: its reader is somebody else. */}
      {editor && props.kind === "note" && <MentionList editor={editor} keys={mentionKeys} />}
    </div>
  );
}

/** What is indented by spaces stays so. */
const PARSED = { preserveWhitespace: true } as const;

type Latest = { readonly current: RichTextProps };

function makeEditor(
  element: HTMLElement | null,
  latest: Latest,
  told: { current: Written },
  mentionKeys: { readonly current: ((event: KeyboardEvent) => boolean) | null },
): Editor {
  const { draft, caret } = latest.current;
  const editor = new Editor({
    element,
    extensions,
    content: writtenHtml(draft),
    parseOptions: PARSED,
    injectCSS: false,
    editorProps: {
      attributes: ({ doc }) => attributesOf(latest.current, doc.content.size <= 2),
      handleKeyDown: (_view, event) =>
        mentionKeys.current?.(event) || latest.current.onKeyDown(event),
      handlePaste: (_view, event) => {
        const data = event.clipboardData;
        // What Office copies comes as a picture too.
        if (!data?.files.length || data.getData("text/html") || data.getData("text/plain"))
          return false;
        takeFiles(editor, latest, data.files);
        return true;
      },
      handleDrop: (view, event) => {
        const files = event.dataTransfer?.files;
        if (!files?.length) return false;
        event.preventDefault();
        event.stopPropagation();
        const at = view.posAtCoords({ left: event.clientX, top: event.clientY });
        if (at) editor.commands.setTextSelection(at.pos);
        takeFiles(editor, latest, files);
        return true;
      },
      transformPastedHTML: cleanPaste,
      clipboardTextParser: (text, $context) => linesAsSlice(text, $context.doc.type.schema),
    },
    onUpdate: () => {
      const { doc } = editor.state;
      const html = isOnlyText(doc) ? null : editor.getHTML();
      told.current = { text: textOf(doc), html };
      latest.current.onChange(() => told.current);
    },
    onTransaction: () => latest.current.onLook(),
    onBlur: () => latest.current.onLeave(),
  });
  if (caret !== null) {
    const lines = draft.text.slice(0, caret).split("\n").length;
    editor.commands.setTextSelection(caret + lines);
    editor.view.focus();
  }
  return editor;
}

function attributesOf({ label, placeholder, described }: RichTextProps, empty: boolean) {
  const attributes: Record<string, string> = {
    role: "textbox",
    "aria-multiline": "true",
    "aria-label": label,
    "aria-placeholder": placeholder,
    class: `${classes.content} ${empty ? classes.empty : ""}`,
    "data-placeholder": placeholder,
  };
  for (const [name, value] of Object.entries(described)) if (value) attributes[name] = value;
  return attributes;
}

function takeFiles(editor: Editor, latest: Latest, files: FileList): void {
  const all = [...files];
  const images = all.filter(isImage);
  const others = all.filter((file) => !isImage(file));
  if (images.length > 0) addImages(editor, latest, images);
  if (others.length > 0) latest.current.onFiles(others);
}

/** Those that mail programs show; others are attached as files. */
const isImage = (file: File) => /^image\/(png|jpe?g|gif)$/.test(file.type);

function addImages(editor: Editor, latest: Latest, files: File[]): void {
  latest.current.onImages(files, ({ id, filename }) => {
    if (editor.isDestroyed) return;
    const image = document.createElement("img");
    image.src = `/api/v1/attachments/${id}?inline=1`;
    image.alt = filename;
    putAt(editor, editor.state.selection, { text: filename, html: image.outerHTML });
  });
}
