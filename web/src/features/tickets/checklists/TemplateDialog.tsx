import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { templateKeys } from "@/api/checklistTemplates";
import { client, write } from "@/api/client";
import { useTeams } from "@/api/directory";
import { useMe } from "@/api/session";
import { needed } from "@/ui/checks";
import { EditDialog } from "@/ui/EditDialog";
import { SelectField, TextField } from "@/ui/Form";
import { useRecord } from "@/ui/record";
import { type ChecklistTemplate, type TemplateItem, templateQuery } from "./api";
import { TemplateItems } from "./TemplateItems";

type TemplateDialogProps = {
  /** Without one a template is added. */
  template?: ChecklistTemplate;
  onClose: () => void;
};

const noItem: TemplateItem = { text: "", person_id: null, due_minutes: null, required: false };

const fieldsOf = (template?: ChecklistTemplate) => ({
  name: template?.name ?? "",
  items: template?.items ?? [noItem],
  scope: template?.scope ?? ("personal" as ChecklistTemplate["scope"]),
  team_id: template?.team_id ?? null,
});
type Fields = ReturnType<typeof fieldsOf>;

/** Items without words are none. */
const written = (items: TemplateItem[]) => items.filter(({ text }) => text.trim());

/** A template: its name, for whom it is, and its items in order. */
export function TemplateDialog({ template, onClose }: TemplateDialogProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const record = useRecord({
    stored: template,
    fieldsOf,
    words: {
      name: t("checklistTemplates.name"),
      items: {
        label: t("checklistTemplates.items"),
        say: (items) => items.map(({ text }) => text).join(", "),
      },
      scope: {
        label: t("checklistTemplates.for"),
        say: (scope) => t(`checklistTemplates.scope.${scope}`),
      },
      team_id: { label: t("property.team"), say: (id) => String(id ?? "") },
    },
    onReload: async () =>
      template && queryClient.fetchQuery({ ...templateQuery(template.id), staleTime: 0 }),
    onClose,
    check: ({ name, items }) => [
      ...needed("name", name, t),
      ...(written(items).length
        ? []
        : [{ field: "items", message: t("checklistTemplates.itemNeeded") }]),
    ],
    save: (values, changed, version) => {
      const items = changed.items && written(changed.items);
      return template
        ? write(
            client.PATCH("/api/v1/checklist-templates/{template_id}", {
              params: { path: { template_id: template.id } },
              body: { ...changed, ...(items ? { items } : {}), version },
            }),
          )
        : write(
            client.POST("/api/v1/checklist-templates", {
              body: { ...values, items: written(values.items) },
            }),
          );
    },
    said: ({ name }) =>
      t(template ? "checklistTemplates.saved" : "checklistTemplates.added", { name: name.trim() }),
    stale: [templateKeys.all],
  });
  const { values, set } = record;
  return (
    <EditDialog
      title={template?.name ?? t("checklistTemplates.add")}
      {...record.dialog}
      locked={template?.can_edit === false}
      removal={
        template && {
          label: t("checklistTemplates.delete"),
          title: t("checklistTemplates.deleteTitle", { name: template.name }),
          onRemove: () =>
            record.remove(
              () =>
                write(
                  client.DELETE("/api/v1/checklist-templates/{template_id}", {
                    params: { path: { template_id: template.id } },
                  }),
                ),
              t("checklistTemplates.deleted", { name: template.name }),
            ),
        }
      }
    >
      <TextField
        {...record.text("name")}
        label={t("checklistTemplates.name")}
        maxLength={100}
        data-autofocus
      />
      <Scope values={values} set={set} />
      <TemplateItems items={values.items} onChange={(items) => set({ items })} none={noItem} />
    </EditDialog>
  );
}

function Scope({ values, set }: { values: Fields; set: (part: Partial<Fields>) => void }) {
  const { t } = useTranslation();
  const { permissions } = useMe();
  const teams = useTeams();
  const mayShare = ["checklist:share", "settings:checklists:edit"].some((one) =>
    permissions.includes(one),
  );
  const scopes = mayShare ? (["personal", "team", "shared"] as const) : (["personal"] as const);
  return (
    <>
      <SelectField
        name="scope"
        label={t("checklistTemplates.for")}
        data={[...new Set([...scopes, values.scope])].map((scope) => ({
          value: scope,
          label: t(`checklistTemplates.scope.${scope}`),
        }))}
        value={values.scope}
        onChange={(event) => {
          const scope = event.currentTarget.value as Fields["scope"];
          set({ scope, team_id: scope === "team" ? (teams[0]?.id ?? null) : null });
        }}
      />
      {values.scope === "team" && (
        <SelectField
          name="team_id"
          label={t("property.team")}
          data={teams.map(({ id, name }) => ({ value: String(id), label: name }))}
          value={String(values.team_id ?? "")}
          onChange={(event) => set({ team_id: Number(event.currentTarget.value) })}
        />
      )}
    </>
  );
}
