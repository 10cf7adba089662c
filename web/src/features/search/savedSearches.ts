import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMayRead } from "@/api/access";
import { useMe } from "@/api/session";
import { addView, type View, viewsQuery } from "@/api/views";
import { useSaved } from "@/ui/saved";

/** A view's name has so many characters at most. */
const LONGEST_NAME = 100;

/** The person's saved searches: a saved search is a view of their own, so it is in the rail, too. */
export function useSavedSearches(): View[] {
  const { id } = useMe().person;
  const views = useQuery({ ...viewsQuery, enabled: useMayRead()("tickets") }).data ?? [];
  return views.filter((view) => view.scope === "personal" && view.owner_id === id && view.text);
}

/** Saves a search as a view of one's own, called by its words; undefined for who may not, or when it is saved. */
export function useSaveSearch(q: string): (() => Promise<void>) | undefined {
  const { t } = useTranslation();
  const saved = useSaved();
  const mayEdit = useMe().permissions.includes("view:edit");
  const own = useSavedSearches();
  if (!mayEdit || !q || own.some((view) => view.text === q || view.name === q)) return undefined;
  return async () => {
    const name = q.slice(0, LONGEST_NAME);
    const written = await addView({
      name,
      text: q,
      scope: "personal",
      editors: "owner",
      sort: "-updated_at",
      grouped: false,
      group_by: "category",
    });
    saved(written, t("search.saved", { name }), [["views"]]);
  };
}
