import { useQuery } from "@tanstack/react-query";
import { lazy, type RefObject, Suspense, useState } from "react";
import { offeredMacrosQuery, previewMacro } from "@/api/macros";
import { asProblem } from "@/api/problem";
import type { MacroAction, MacroSummary, MissingValues, Ticket } from "@/api/types";
import { type ComposerMode, changeDraft, type useDraft } from "../draft";
import type { WritingField } from "../editor/field";
import { appended } from "../editor/plainHtml";
import { askForMissing } from "../missingAsked";
import type { Trigger } from "./trigger";

/** Both outside of the first load: most messages are written without a macro. */
const MacroList = lazy(async () => ({ default: (await import("./MacroList")).MacroList }));
const MacroChips = lazy(async () => ({ default: (await import("./MacroChips")).MacroChips }));

/** The id of the list in the document; there is one composer. */
const MACRO_LIST = "macro-list";

type Composer = {
  ticket: Ticket;
  kind: ComposerMode;
  draft: ReturnType<typeof useDraft>;
  field: RefObject<WritingField | null>;
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
    const next = field.current?.trigger() ?? null;
    if (next?.words !== trigger?.words) setMarked(0);
    setTrigger(next);
  };
  const close = () => setTrigger(null);
  const choose = async (macro: MacroSummary) => {
    const writing = field.current;
    // The field knows of a letter before the list does.
    const trigger = writing?.trigger();
    if (!writing || !trigger) return;
    close();
    setRefusal(null);
    try {
      const preview = await previewMacro(macro.id, ticket.number);
      const { actions, files } = preview;
      const target = preview.kind === "none" || !ticket.can[preview.kind] ? kind : preview.kind;
      const { text, html } = preview.kind === "none" ? { text: "", html: null } : preview;
      const applied = { id: macro.id, name: macro.name, kind: preview.kind, actions, files };
      const { place } = draft;
      if (target === kind) writing.place(trigger, { text, html });
      else {
        writing.place(trigger, { text: "", html: null });
        changeDraft({ ...place, kind: target }, (held) => appended(held, { text, html }));
      }
      changeDraft({ ...place, kind: target }, () => ({ macro: applied }));
      show(target);
      const { missing } = preview;
      if (missing.resolution === 0 && missing.fields.length === 0) return;
      await askForMissing(missing, async (given) =>
        changeDraft({ ...place, kind: target }, ({ macro }) => ({
          macro: macro && { ...macro, actions: [...macro.actions, ...actionsOf(given)] },
        })),
      );
    } catch (error) {
      setRefusal(asProblem(error).message);
    }
  };
  /** Tells whether the key was for the list. */
  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (!trigger || event.isComposing) return false;
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
  const described = {
    "aria-controls": trigger ? MACRO_LIST : undefined,
    "aria-activedescendant": macros[at] ? `${MACRO_LIST}-${macros[at].id}` : undefined,
  };
  return { onKeyDown, list, chips, look, close, described };
}

/** What sets the values that a ticket lacked, among the actions of a macro. */
function actionsOf({ resolution, fields }: MissingValues): MacroAction[] {
  const given = Object.entries(fields ?? {}).map(
    ([key, value]) => [`field.${key}`, value] as const,
  );
  const all = resolution ? [["resolution", resolution] as const, ...given] : given;
  return all.map(([field, value]) => ({ do: "set", field, value }));
}
