import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import {
  type CustomField,
  customFieldsKey,
  type FieldEntity,
  type FieldKind,
} from "@/api/customFields";
import { Button } from "@/ui/Button";
import { needed } from "@/ui/checks";
import { FieldInput } from "@/ui/customFields/FieldInput";
import { sentValue } from "@/ui/customFields/valueText";
import { EditDialog } from "@/ui/EditDialog";
import { SelectField, SwitchField, TextAreaField, TextField } from "@/ui/Form";
import { useRecord } from "@/ui/record";
import { type Draft, draftOf, inputOf, sentOptions } from "./draft";
import { FieldRules } from "./FieldRules";
import { entities, hasOptions, kinds, mayHavePattern } from "./kinds";
import { OptionFields } from "./OptionFields";

type FieldDialogProps = {
  /** Without one a field is added. */
  field?: CustomField;
  locked: boolean;
  onReload?: () => Promise<CustomField | undefined>;
  /** Goes on to the change of its type. */
  onConvert?: () => void;
  onClose: () => void;
};

/** A custom field: what it is called and holds, its options, and the rules for its values. */
export function FieldDialog({ field, locked, onReload, onConvert, onClose }: FieldDialogProps) {
  const { t } = useTranslation();
  const record = useRecord({
    stored: field,
    fieldsOf: draftOf,
    words: useWords(),
    onReload,
    onClose,
    check: ({ name }) => needed("name", name, t),
    save: (draft, changed, version) => (field ? edit(field, changed, version) : add(draft)),
    said: ({ name }) => t(field ? "fields.saved" : "fields.added", { name: name.trim() }),
    stale: [customFieldsKey, ["ticket"], ["contacts"], ["organizations"]],
  });
  const { values: draft } = record;
  return (
    <EditDialog
      title={field?.name ?? t("fields.add")}
      {...record.dialog}
      locked={locked}
      extra={
        onConvert &&
        !locked && (
          <Button type="button" size="l" disabled={record.dialog.dirty} onClick={onConvert}>
            {t("fields.changeKind")}
          </Button>
        )
      }
    >
      <TextField {...record.text("name")} label={t("fields.name")} data-autofocus />
      {!field && (
        <>
          <SelectField
            name="entity"
            label={t("fields.of")}
            value={draft.entity}
            onChange={(event) => record.set({ entity: event.currentTarget.value as FieldEntity })}
            data={entities.map((one) => ({ value: one, label: t(`fields.entity.${one}`) }))}
          />
          <SelectField
            name="kind"
            label={t("fields.kindLabel")}
            value={draft.kind}
            onChange={(event) => {
              const kind = event.currentTarget.value as FieldKind;
              record.set({ kind, default: null, currency: kind === "money" ? "EUR" : "" });
            }}
            data={kinds.map((one) => ({ value: one, label: t(`fields.kind.${one}`) }))}
          />
        </>
      )}
      <TextAreaField
        {...record.text("help")}
        label={t("fields.help")}
        description={t("fields.helpHint")}
        minRows={1}
      />
      {draft.kind === "money" && (
        <TextField {...record.text("currency")} label={t("fields.currency")} maxLength={3} />
      )}
      {mayHavePattern(draft.kind) && (
        <TextField
          {...record.text("pattern")}
          label={t("fields.pattern")}
          description={t("fields.patternHint")}
          dir="ltr"
        />
      )}
      {hasOptions(draft.kind) && (
        <OptionFields
          options={draft.options}
          isTree={draft.kind === "tree"}
          onChange={(options) => record.set({ options })}
          locked={locked}
        />
      )}
      {(field || !hasOptions(draft.kind)) && (
        <FieldInput
          field={{ ...inputOf(draft), key: "default", name: t("fields.default"), help: "" }}
          value={draft.default}
          onChange={(value) => record.set({ default: value })}
          disabled={locked}
        />
      )}
      {draft.entity === "ticket" && <FieldRules draft={draft} set={record.set} locked={locked} />}
      {field && (
        <SwitchField
          {...record.toggle("active")}
          label={t("fields.active")}
          description={t("fields.activeHint")}
        />
      )}
    </EditDialog>
  );
}

/** How people read the parts of a field where somebody else changed them meanwhile. */
function useWords() {
  const { t } = useTranslation();
  const listed = (values: readonly unknown[]) => values.join(", ");
  return {
    entity: { label: t("fields.of"), say: (one: FieldEntity) => t(`fields.entity.${one}`) },
    kind: { label: t("fields.kindLabel"), say: (one: FieldKind) => t(`fields.kind.${one}`) },
    name: t("fields.name"),
    help: t("fields.help"),
    currency: t("fields.currency"),
    pattern: t("fields.pattern"),
    default: {
      label: t("fields.default"),
      say: (value: unknown) => String(sentValue(value) ?? ""),
    },
    options: {
      label: t("fields.options"),
      say: (options: Draft["options"]) => options.map((one) => one.name).join(", "),
    },
    required_on: {
      label: t("fields.requiredLabel"),
      say: (on: Draft["required_on"]) => on.map((one) => t(`fields.requiredOn.${one}`)).join(", "),
    },
    hand_over_team_ids: { label: t("fields.handOverTeams"), say: listed },
    requesters: {
      label: t("fields.requestersLabel"),
      say: (one: Draft["requesters"]) => t(`fields.requesters.${one}`),
    },
    team_ids: { label: t("fields.teams"), say: listed },
    ticket_types: { label: t("fields.types"), say: listed },
    active: t("fields.active"),
  };
}

function edit(field: CustomField, changed: Partial<Draft>, version: number | undefined) {
  const { entity: _, kind: __, ...change } = changed;
  const body = {
    ...change,
    ...(change.pattern === undefined ? {} : { pattern: change.pattern || null }),
    ...(change.currency === undefined ? {} : { currency: change.currency || null }),
    ...("default" in change ? { default: sentValue(change.default) } : {}),
    options: change.options && sentOptions(change.options),
    version,
  };
  return write(
    client.PATCH("/api/v1/custom-fields/{key}", { params: { path: { key: field.key } }, body }),
  );
}

function add(draft: Draft) {
  const { active: _, ...given } = draft;
  const isOfTicket = draft.entity === "ticket";
  const body = {
    ...given,
    name: draft.name.trim(),
    pattern: draft.pattern || null,
    currency: draft.currency || null,
    default: sentValue(draft.default),
    options: hasOptions(draft.kind) ? sentOptions(draft.options) : [],
    required_on: isOfTicket ? draft.required_on : [],
    requesters: isOfTicket ? draft.requesters : ("none" as const),
    team_ids: isOfTicket ? draft.team_ids : [],
    ticket_types: isOfTicket ? draft.ticket_types : [],
  };
  return write(client.POST("/api/v1/custom-fields", { body }));
}
