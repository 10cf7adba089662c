import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Pane } from "@/ui/Pane";
import { EmptyState, Skeleton } from "@/ui/States";
import { viewsQuery } from "./api";
import { EditorForm } from "./EditorForm";
import "./texts";

const route = getRouteApi("/desk/views/$viewId");

/** The editor of a view: an existing one, a new one, or a new one like another. */
export function ViewEditor() {
  const { t } = useTranslation();
  const { viewId } = route.useParams();
  const { q, like } = route.useSearch();
  const views = useQuery(viewsQuery).data;
  if (!views) return <Skeleton rows={10} height={40} />;
  const view = views.find((one) => String(one.id) === viewId);
  if (viewId !== "new" && !view) {
    return (
      <Pane as="main" label={t("views.edit")}>
        <EmptyState icon="search" title={t("state.notFound")} />
      </Pane>
    );
  }
  const model = view ?? views.find((one) => String(one.id) === like);
  return <EditorForm key={viewId} view={view} model={model} q={q} />;
}
