import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";
import { toast } from "@/lib/toast";
import { useSaved } from "@/ui/saved";
import { ticketKeys } from "../api";
import { addView, changeView, deleteView, type View, viewQueryKeys } from "./api";
import type { ConditionForms } from "./useConditionForms";
import type { useViewDraft } from "./useViewDraft";

type SaveViewProps = {
  view: View | undefined;
  draft: ReturnType<typeof useViewDraft>;
  forms: ConditionForms;
  /** Told of what its list is called in addresses; of nothing once it is gone. */
  onDone: (listedAs?: string) => void;
};

/** Saves, adds or deletes a view; each can be undone, and is told in a sentence. */
export function useSaveView({ view, draft, forms, onDone }: SaveViewProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const saved = useSaved();
  const [busy, setBusy] = useState(false);
  const stale = [viewQueryKeys.list, viewQueryKeys.counts, ticketKeys.lists];
  const attempt = async (act: () => Promise<void>) => {
    setBusy(true);
    try {
      await act();
    } catch (error) {
      toast.show({ message: asProblem(error).message, tone: "bad" });
      setBusy(false);
    }
  };
  const keep = (stored: View) =>
    queryClient.setQueryData<View[]>(viewQueryKeys.list, (held = []) =>
      held.some(({ id }) => id === stored.id)
        ? held.map((one) => (one.id === stored.id ? stored : one))
        : [...held, stored],
    );
  const text = forms.text.trim();
  const add = (name: string) =>
    attempt(async () => {
      const written = await addView({ ...draft.draft, name, text });
      keep(written.data);
      saved(written, t("viewEditor.added", { name }), stale);
      onDone(written.data.listed_as);
    });
  const save = () => {
    const name = draft.draft.name.trim();
    if (!view) return add(name);
    return attempt(async () => {
      const changes = text === view.text ? draft.changes : { ...draft.changes, text };
      const written = await changeView(view.id, { ...changes, version: view.version });
      keep(written.data);
      saved(written, t("viewEditor.saved", { name }), stale);
      onDone(written.data.listed_as);
    });
  };
  return {
    busy,
    save: () => void save(),
    saveAs: () => {
      const name = draft.draft.name.trim();
      void add(name === view?.name ? t("viewEditor.copyOf", { name }) : name);
    },
    remove: () =>
      void attempt(async () => {
        if (!view) return;
        const written = await deleteView(view.id);
        queryClient.setQueryData<View[]>(viewQueryKeys.list, (held) =>
          held?.filter(({ id }) => id !== view.id),
        );
        saved(written, t("viewEditor.deleted", { name: view.name }), stale);
        onDone("all_open");
      }),
  };
}
