import "./texts";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { usePages } from "@/api/pages";
import { useTeamName } from "@/api/teamName";
import { Page } from "@/app/settings/SettingsPage";
import { useSettingsSearch } from "@/app/settings/search";
import { Icon } from "@/ui/Icon";
import { ListState } from "@/ui/ListState";
import { Row } from "@/ui/Row";
import { EmptyState } from "@/ui/States";
import { templateQuery, templatesQuery } from "./api";
import { TemplateDialog } from "./TemplateDialog";

/** The templates of checklists that one sees, by name. */
export function TemplatesPage() {
  const { t } = useTranslation();
  const { q, opened, open, close } = useSettingsSearch();
  const answer = usePages(templatesQuery(q));
  const id = opened && opened !== "new" ? Number(opened) : null;
  const edited = useQuery({ ...templateQuery(id ?? 0), enabled: id !== null });
  const teamName = useTeamName();
  return (
    <Page
      section="checklists"
      searchable
      permission="checklist:edit"
      add={{ label: t("checklistTemplates.add"), onAdd: () => open("new") }}
    >
      <ListState
        answer={answer}
        searched={q !== ""}
        empty={
          <EmptyState
            icon="checks"
            title={t("checklistTemplates.empty")}
            hint={t("checklistTemplates.emptyHint")}
          />
        }
        row={(template) => (
          <Row
            key={template.id}
            sign={<Icon name="checks" />}
            name={template.name}
            hint={[
              teamName(template.team_id) ?? t(`checklistTemplates.scope.${template.scope}`),
              t("checklistTemplates.count", { count: template.items.length }),
            ].join(" · ")}
            onOpen={() => open(template.id)}
          />
        )}
      />
      {opened === "new" && <TemplateDialog onClose={close} />}
      {edited.data && id !== null && (
        <TemplateDialog key={id} template={edited.data} onClose={close} />
      )}
    </Page>
  );
}
