import { useMemo, useSyncExternalStore } from "react";
import { useMe } from "@/api/session";
import type { Attachment } from "@/api/types";
import { subscribeStored } from "@/lib/browserStorage";
import { type ComposerMode, type Draft, heldAt, hold, isEmpty, type Place } from "./draftStore";
import { discard, forgetSent, isOnlyHere, saveSoon, settled } from "./draftSync";
import type { People } from "./recipients";

export type { AppliedMacro, ComposerMode, Draft } from "./draftStore";

function type(place: Place, part: Partial<Draft>): void {
  const held = heldAt(place);
  hold(place, { ...held, draft: { ...held.draft, ...part }, known: false }, true);
  saveSoon(place);
}

/** Addresses the reply that somebody is writing on a ticket to these people; its text stays. */
export function addressDraft(me: number, number: number, people: People | null): void {
  type({ me, number, kind: "reply" }, { people });
}

/** Changes what somebody is writing on a ticket as a reply or as a note, whichever is shown. */
export function changeDraft(place: Place, part: (held: Draft) => Partial<Draft>): void {
  type(place, part(heldAt(place).draft));
}

/** Whether what is typed is safe: on the server, in this browser alone, or nowhere yet. */
export type DraftState = "saved" | "here" | "saving";

function stateOf(place: Place): DraftState {
  const { known, stored } = heldAt(place);
  if (known) return "saved";
  return stored && isOnlyHere(place) ? "here" : "saving";
}

/** What is being written on a ticket, kept as it is typed, here and on the server; reply and note apart. */
export function useDraft(number: number, kind: ComposerMode) {
  const me = useMe().person.id;
  const place = useMemo(() => ({ me, number, kind }), [me, number, kind]);
  const { draft } = useSyncExternalStore(subscribeStored, () => heldAt(place));
  const state = useSyncExternalStore(subscribeStored, () => stateOf(place));
  const writers = useMemo(
    () => ({
      change: (part: Partial<Draft>) => type(place, part),
      attach: (file: Attachment) => {
        type(place, { attachments: [...heldAt(place).draft.attachments, file] });
      },
      /** Stores at once, such as a text that came back by undo. */
      put: (whole: Draft) => {
        hold(place, { ...heldAt(place), draft: whole, known: false });
        saveSoon(place, 0);
      },
      /** Waits for what is on its way to the server, so that nothing comes after the message. */
      settle: () => settled(place),
      /** Goes on saving what could not be sent. */
      resume: () => {
        if (!heldAt(place).known) saveSoon(place);
      },
      clear: () => forgetSent(place),
      discard: () => discard(place),
    }),
    [place],
  );
  return { place, draft, state, isEmpty: isEmpty(draft), ...writers };
}
