import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, lazy, type RefObject, Suspense, useState } from "react";
import { offeredMacrosQuery, previewMacro } from "@/api/macros";
import { asProblem } from "@/api/problem";
import type { MacroSummary, Ticket } from "@/api/types";
import { type ComposerMode, changeDraft, type useDraft } from "../draft";
import { type Trigger, triggerAt, withInserted } from "./trigger";

/** Both outside of the first load: most messages are written without a macro. */
const MacroList = lazy(async () => ({ default: (await import("./MacroList")).MacroList }));
const MacroChips = lazy(async () => ({ default: (await import("./MacroChips")).MacroChips }));

/** The id of the list in the document; there is one composer. */
const MACRO_LIST = "macro-list";

type Composer = {
  ticket: Ticket;
  kind: ComposerMode;
  draft: ReturnType<typeof useDraft>;
  field: RefObject<HTMLTextAreaElement | null>;
  /** Shows what is written as a reply, or as a note, and takes the focus. */
  show: (kind: ComposerMode) => void;
};

/** Macros in the composer: `::` finds one, enter inserts it, and chips show what it will do. */
export function useMacros({ ticket, kind, draft, field, show }: Composer) {
  const [trigger, setTrigger] = useState<Trigger | null>(null);
  const [marked, setMarked] = useState(0);
  const [refusal, setRefusal] = useState<string | null>(null);
  const words = trigger?.words ?? "";
  const query = useQuery({
    ...offeredMacrosQuery(ticket.number, words),
    enabled: trigger !== null,
  });
  const macros = trigger ? (query.data ?? []) : [];
  const at = Math.min(marked, Math.max(macros.length - 1, 0));

  /** Asked after each key and click, with the field as it is by then. */
  const look = () => {
    const element = field.current;
    const next = element ? triggerAt(element.value, element.selectionStart) : null;
    if (next?.words !== trigger?.words) setMarked(0);
    setTrigger(next);
  };
  const close = () => setTrigger(null);
  const choose = async (macro: MacroSummary) => {
    const element = field.current;
    // The field knows of a letter before the list does.
    const trigger = element && triggerAt(element.value, element.selectionStart);
    if (!trigger) return;
    close();
    setRefusal(null);
    try {
      const preview = await previewMacro(macro.id, ticket.number);
      const { actions, files } = preview;
      const target = preview.kind === "none" || !ticket.can[preview.kind] ? kind : preview.kind;
      const typed = element.value.slice(trigger.start, trigger.end);
      // What was typed while the answer was on its way stays.
      const placed = (held: string, inserted: string) =>
        held.slice(trigger.start, trigger.end) === typed
          ? withInserted(held, trigger, inserted)
          : held + inserted;
      const text = preview.kind === "none" ? "" : preview.text;
      const applied = { id: macro.id, name: macro.name, kind: preview.kind, actions, files };
      const { place } = draft;
      if (target === kind) {
        changeDraft(place, (held) => ({ text: placed(held.text, text), macro: applied }));
      } else {
        changeDraft(place, (held) => ({ text: placed(held.text, "") }));
        changeDraft({ ...place, kind: target }, (held) => ({
          text: held.text + text,
          macro: applied,
        }));
      }
      show(target);
    } catch (error) {
      setRefusal(asProblem(error).message);
    }
  };
  /** Tells whether the key was for the list. */
  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (!trigger || event.nativeEvent.isComposing) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const picked = macros[at];
    const plainEnter = event.key === "Enter" && !event.ctrlKey && !event.metaKey;
    if (step && macros.length > 0) setMarked((at + step + macros.length) % macros.length);
    else if ((plainEnter || event.key === "Tab") && picked) void choose(picked);
    else if (event.key === "Escape") close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const list = trigger && (
    <Suspense fallback={null}>
      <MacroList
        macros={macros}
        marked={at}
        awaited={query.isPending}
        onChoose={(macro) => void choose(macro)}
      />
    </Suspense>
  );
  const chips = (draft.draft.macro || refusal) && (
    <Suspense fallback={null}>
      <MacroChips ticket={ticket} draft={draft} refusal={refusal} />
    </Suspense>
  );
  const fieldProps = {
    onSelect: look,
    onBlur: close,
    "aria-controls": trigger ? MACRO_LIST : undefined,
    "aria-activedescendant": macros[at] ? `${MACRO_LIST}-${macros[at].id}` : undefined,
  };
  return { onKeyDown, list, chips, fieldProps };
}
