import { useState } from "react";
import { BY_CATEGORY } from "../search";
import type { NewView, View } from "./api";

/** What of a view is edited beside its condition. */
export type ViewDraft = Required<Omit<NewView, "text">>;

function begun(view: View | undefined, model: View | undefined, name: string): ViewDraft {
  const from = view ?? model;
  return {
    name,
    // A copy is one's own until it is shared.
    scope: view?.scope ?? "personal",
    team_id: view?.team_id ?? null,
    role_ids: view?.role_ids ?? [],
    editors: view?.editors ?? "owner",
    columns: from?.columns ?? [],
    sort: (from?.sort ?? "-updated_at") as ViewDraft["sort"],
    grouped: from?.grouped ?? false,
    group_by: from?.group_by ?? BY_CATEGORY,
  };
}

/** The fields of the editor, and which of them differ from what is stored. */
export function useViewDraft(view: View | undefined, model: View | undefined, name: string) {
  const [start] = useState(() => begun(view, model, name));
  const [draft, setDraft] = useState(start);
  const differs = (Object.keys(draft) as (keyof ViewDraft)[]).filter(
    (key) => JSON.stringify(draft[key]) !== JSON.stringify(start[key]),
  );
  const changes: Partial<ViewDraft> = Object.fromEntries(differs.map((key) => [key, draft[key]]));
  return {
    draft,
    changes,
    set: (change: Partial<ViewDraft>) => setDraft((held) => ({ ...held, ...change })),
  };
}
