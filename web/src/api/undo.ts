import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useCallback } from "react";
import { toast } from "@/lib/toast";
import { common } from "@/locales/en/common";
import { client, read } from "./client";
import type { components } from "./generated/schema";
import { noticeText } from "./notice";
import { asProblem, type ProblemError } from "./problem";

export type Undoable = {
  changeId: number;
  /** Of a run, or of a change with all that answered it, everything is taken back, or nothing. */
  scope?: "change" | "run" | "chain";
  /** Runs after it was taken back, such as putting a draft back. */
  onUndone?: () => void;
};

export type UndoRefusal = components["schemas"]["UndoRefusal"];

/** Why the server would refuse an undo, as a sentence, or null when it would not. */
export function undoRefusalText(refusal: UndoRefusal | null): string | null {
  if (!refusal) return null;
  const { code, params } = refusal;
  // What a command declares of itself has no words here.
  const reason =
    code in common.undo.because
      ? i18next.t(`undo.because.${code as keyof typeof common.undo.because}`, {
          command: "",
          permission: "",
          ...params,
        })
      : refusal.reason;
  return i18next.t("undo.refused", { reason });
}

type Offer = Undoable & { message: string; durationMs?: number };

/** What this person did lately, newest last; `z` takes from the end. */
const recent: Undoable[] = [];
const KEPT = 50;

/** Shows what was done with an Undo, and remembers it for `z`. */
export function offerUndo(queryClient: QueryClient, offer: Offer): void {
  recent.push({ changeId: offer.changeId, scope: offer.scope, onUndone: offer.onUndone });
  if (recent.length > KEPT) recent.shift();
  toast.show({
    message: offer.message,
    durationMs: offer.durationMs,
    action: {
      label: i18next.t("undo.undo"),
      shortcut: "z",
      run: () => void undo(queryClient, offer),
    },
  });
}

/** Takes one change back; the undoing change may itself be undone, which is redo. */
async function undo(queryClient: QueryClient, undoable: Undoable): Promise<boolean> {
  forget(undoable.changeId);
  try {
    const answer = await read(
      client.POST("/api/v1/changes/{change_id}/undo", {
        params: {
          path: { change_id: undoable.changeId },
          query: undoable.scope && undoable.scope !== "change" ? { scope: undoable.scope } : {},
        },
      }),
    );
    undoable.onUndone?.();
    const kept = answer.kept.map((said, place) => noticeText(answer.kept_notices?.[place], said));
    const message = kept.length
      ? i18next.t("undo.kept", { kept: kept.join(" ") })
      : i18next.t("undo.done");
    toast.show({
      message,
      action: {
        label: i18next.t("undo.redo"),
        run: () => void undo(queryClient, { changeId: answer.change_id, scope: undoable.scope }),
      },
    });
    return true;
  } catch (error) {
    toast.show({ message: refusalText(asProblem(error)), tone: "bad" });
    return false;
  } finally {
    await queryClient.invalidateQueries();
  }
}

/** Takes the newest remembered change back. */
function undoLast(queryClient: QueryClient): void {
  const last = recent.at(-1);
  if (last) void undo(queryClient, last);
  else toast.show({ message: i18next.t("undo.nothing") });
}

function forget(changeId: number) {
  const index = recent.findIndex((undoable) => undoable.changeId === changeId);
  if (index >= 0) recent.splice(index, 1);
}

type Conflict = { actor_name?: string | null };

function refusalText(error: ProblemError): string {
  if (error.code !== "undo_conflict") {
    return i18next.t("undo.refused", { reason: error.message });
  }
  const conflicts = (error.problem as { conflicts?: Conflict[] }).conflicts ?? [];
  const names = new Set(
    conflicts.map((conflict) => conflict.actor_name ?? i18next.t("undo.someone")),
  );
  const who = [...names].join(", ") || i18next.t("undo.someone");
  return i18next.t("undo.conflict", { who });
}

/** The three calls of undo, bound to this page's cache. */
export function useUndo() {
  const queryClient = useQueryClient();
  return {
    offer: useCallback((offer: Offer) => offerUndo(queryClient, offer), [queryClient]),
    undo: useCallback((undoable: Undoable) => undo(queryClient, undoable), [queryClient]),
    undoLast: useCallback(() => undoLast(queryClient), [queryClient]),
  };
}
