import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { useTeams } from "@/api/directory";
import { macroKeys } from "@/api/macros";
import { useMe } from "@/api/session";
import type { MacroAction, MacroItem, MacroText } from "@/api/types";
import { needed } from "@/ui/checks";
import { EditDialog } from "@/ui/EditDialog";
import { SelectField, SwitchField, TextField } from "@/ui/Form";
import { useRecord } from "@/ui/record";
import { ConditionField } from "../components/ConditionField";
import { ActionFields } from "./ActionFields";
import { macroQuery } from "./api";
import { TextFields } from "./TextFields";
import { TryMacro } from "./TryMacro";

type MacroDialogProps = {
  /** Without one a macro is added. */
  macro?: MacroItem;
  onClose: () => void;
};

const kinds = ["reply", "note", "none"] as const;

function fieldsOf(macro?: MacroItem) {
  return {
    name: macro?.name ?? "",
    folder: macro?.folder ?? "",
    kind: macro?.kind ?? ("reply" as MacroItem["kind"]),
    scope: macro?.scope ?? ("personal" as MacroItem["scope"]),
    team_id: macro?.team_id ?? null,
    texts: macro?.texts ?? ([{ language: "", text: "", html: null }] as MacroText[]),
    actions: macro?.actions ?? ([] as MacroAction[]),
    condition: macro?.condition ?? "",
    active: macro?.active ?? true,
  };
}

/** A macro: where it stands, what it writes and does, and which tickets get it offered. */
export function MacroDialog({ macro, onClose }: MacroDialogProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const record = useRecord({
    stored: macro,
    fieldsOf,
    words: {
      name: t("macros.name"),
      folder: t("macros.folder"),
      kind: { label: t("macros.writes"), say: (kind) => t(`macros.kind.${kind}`) },
      scope: { label: t("macros.for"), say: (scope) => t(`macros.scope.${scope}`) },
      team_id: { label: t("property.team"), say: (id) => String(id ?? "") },
      texts: { label: t("macros.text"), say: (texts) => texts[0]?.text ?? "" },
      actions: { label: t("macros.actions"), say: (actions) => String(actions.length) },
      condition: t("macros.condition"),
      active: t("macros.active"),
    },
    onReload: async () =>
      macro && queryClient.fetchQuery({ ...macroQuery(macro.id), staleTime: 0 }),
    onClose,
    check: ({ name }) => needed("name", name, t),
    save: (values, changed, version) =>
      macro
        ? write(
            client.PATCH("/api/v1/macros/{macro_id}", {
              params: { path: { macro_id: macro.id } },
              body: { ...changed, version },
            }),
          )
        : write(client.POST("/api/v1/macros", { body: { ...values, texts: textsOf(values) } })),
    said: ({ name }) => t(macro ? "macros.saved" : "macros.added", { name: name.trim() }),
    stale: [macroKeys.all],
  });
  const { values, set } = record;
  const removal = macro && {
    label: t("macros.delete"),
    title: t("macros.deleteTitle", { name: macro.name }),
    onRemove: () =>
      record.remove(
        () =>
          write(
            client.DELETE("/api/v1/macros/{macro_id}", {
              params: { path: { macro_id: macro.id } },
            }),
          ),
        t("macros.deleted", { name: macro.name }),
      ),
  };
  return (
    <EditDialog
      title={macro?.name ?? t("macros.add")}
      {...record.dialog}
      locked={macro !== undefined && !macro.can_edit}
      removal={removal}
    >
      <TextField {...record.text("name")} label={t("macros.name")} data-autofocus />
      <TextField
        {...record.text("folder")}
        label={t("macros.folder")}
        description={t("macros.folderHint")}
      />
      <Scope values={values} set={set} />
      <SelectField
        name="kind"
        label={t("macros.writes")}
        data={kinds.map((kind) => ({ value: kind, label: t(`macros.kind.${kind}`) }))}
        value={values.kind}
        onChange={(event) => set({ kind: event.currentTarget.value as MacroItem["kind"] })}
      />
      {values.kind !== "none" && (
        <TextFields texts={values.texts} onChange={(texts) => set({ texts })} />
      )}
      <ActionFields actions={values.actions} onChange={(actions) => set({ actions })} />
      <ConditionField
        label={t("macros.condition")}
        text={values.condition}
        errorId={undefined}
        isSame={(one, other) => one.trim() === other.trim()}
        onText={(condition) => set({ condition })}
        onTyped={(condition) => set({ condition })}
      />
      <SwitchField {...record.toggle("active")} label={t("macros.active")} />
      <TryMacro draft={{ ...values, texts: textsOf(values) }} />
    </EditDialog>
  );
}

type Values = ReturnType<typeof fieldsOf>;

/** A macro without a message has no texts. */
const textsOf = ({ kind, texts }: Values) => (kind === "none" ? [] : texts);

function Scope({ values, set }: { values: Values; set: (part: Partial<Values>) => void }) {
  const { t } = useTranslation();
  const { permissions } = useMe();
  const teams = useTeams();
  const mayShare =
    permissions.includes("macro:share") || permissions.includes("settings:macros:edit");
  const scopes = mayShare ? (["personal", "team", "shared"] as const) : (["personal"] as const);
  return (
    <>
      <SelectField
        name="scope"
        label={t("macros.for")}
        data={[...new Set([...scopes, values.scope])].map((scope) => ({
          value: scope,
          label: t(`macros.scope.${scope}`),
        }))}
        value={values.scope}
        onChange={(event) => {
          const scope = event.currentTarget.value as Values["scope"];
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
