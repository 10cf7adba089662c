import type { Editor } from "@tiptap/core";
import { useEffect, useReducer, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStaff, useTeams } from "@/api/directory";
import { useAwayText } from "@/ui/away";
import { beforeCaret } from "./insertion";
import classes from "./RichText.module.css";

/** Somebody, or a team, that can be mentioned. */
type Named = { kind: "staff" | "team"; id: number; name: string; until?: string | null };

const SHOWN = 8;
const TRIGGER = /(?:^|[\s(\ufffc])@([^\s@]{0,40}(?: [^\s@]{0,40})?)$/u;

/** What of the text in front of the caret asks for somebody: where it begins, and the words. */
function asked(editor: Editor): { from: number; to: number; words: string } | null {
  if (!editor.isFocused || !editor.state.selection.empty || editor.isActive("code")) return null;
  const { text, start } = beforeCaret(editor);
  const words = TRIGGER.exec(text)?.[1];
  if (words === undefined) return null;
  return { from: start + text.length - words.length - 1, to: start + text.length, words };
}

function matching(named: Named[], words: string): Named[] {
  const sought = words.trim().toLocaleLowerCase();
  return named
    .filter(({ name }) =>
      name
        .toLocaleLowerCase()
        .split(/\s+/)
        .some((_, at, parts) => parts.slice(at).join(" ").startsWith(sought)),
    )
    .slice(0, SHOWN);
}

type MentionListProps = {
  editor: Editor;
  /** Takes the keys while the list is shown; the editor asks it first. */
  keys: { current: ((event: KeyboardEvent) => boolean) | null };
};

/** `@` in the text offers people and teams; enter or tab puts the name in. */
export function MentionList({ editor, keys }: MentionListProps) {
  const { t } = useTranslation();
  const away = useAwayText();
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const [marked, setMarked] = useState(0);
  const [left, setLeft] = useState<number | null>(null);
  const staff = useStaff();
  const teams = useTeams();
  useEffect(() => {
    const events = ["transaction", "focus", "blur"] as const;
    for (const one of events) editor.on(one, redraw);
    return () => {
      for (const one of events) editor.off(one, redraw);
    };
  }, [editor]);
  const trigger = asked(editor);
  const people = staff.map(
    ({ id, name, absent_until: until }): Named => ({ kind: "staff", id, name, until }),
  );
  const groups = teams.map(({ id, name }): Named => ({ kind: "team", id, name }));
  const offered = trigger ? matching([...people, ...groups], trigger.words) : [];
  const shown = trigger && trigger.from !== left && offered.length > 0 ? trigger : null;
  const at = Math.min(marked, Math.max(offered.length - 1, 0));
  const choose = (one: Named | undefined) => {
    if (!shown || !one) return;
    const content = [
      { type: "mention", attrs: one },
      { type: "text", text: " " },
    ];
    editor.chain().insertContentAt({ from: shown.from, to: shown.to }, content).run();
    setMarked(0);
  };
  const onKey = (event: KeyboardEvent): boolean => {
    if (!shown || event.isComposing || event.ctrlKey || event.metaKey) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setMarked((at + step + offered.length) % offered.length);
    else if (event.key === "Enter" || event.key === "Tab") choose(offered[at]);
    else if (event.key === "Escape") setLeft(shown.from);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const latest = useRef(onKey);
  latest.current = onKey;
  useEffect(() => {
    keys.current = (event) => latest.current(event);
    return () => {
      keys.current = null;
    };
  }, [keys]);
  if (!shown) return null;
  return (
    <div className={classes.mentions} role="listbox" aria-label={t("editor.mention")}>
      {offered.map((one, place) => (
        <div
          key={`${one.kind}${one.id}`}
          role="option"
          tabIndex={-1}
          aria-selected={place === at}
          className={classes.mention}
          // The text keeps the focus, and so the list stays.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => choose(one)}
          onKeyDown={() => undefined}
        >
          <bdi>{one.name}</bdi>
          {one.kind === "team" && <small>{t("editor.team")}</small>}
          {one.until && <small>{away(one.until)}</small>}
        </div>
      ))}
    </div>
  );
}
