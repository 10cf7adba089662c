import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { teamsQuery } from "@/api/directory";
import { type Form, formsKey } from "@/api/forms";
import { needed } from "@/ui/checks";
import { EditDialog } from "@/ui/EditDialog";
import { SelectField, SwitchField, TextAreaField, TextField } from "@/ui/Form";
import { useRecord } from "@/ui/record";
import { type Draft, draftOf, tagsOf } from "./draft";
import { FormAddresses } from "./FormAddresses";
import { FormLanguages } from "./FormLanguages";
import { useKnownFields } from "./knownFields";
import { SectionFields } from "./SectionFields";

const priorities = ["low", "normal", "high", "urgent"] as const;
const types = ["question", "incident", "problem", "task"] as const;
const places = ["in_desk", "in_portal", "public"] as const;

type FormDialogProps = {
  /** Without one a form is added. */
  form?: Form;
  locked: boolean;
  onReload?: () => Promise<Form | undefined>;
  onClose: () => void;
};

/** A form: where it is offered, its sections and fields, and what a ticket gets of it. */
export function FormDialog({ form, locked, onReload, onClose }: FormDialogProps) {
  const { t } = useTranslation();
  const known = useKnownFields();
  const record = useRecord({
    stored: form,
    fieldsOf: draftOf,
    words: useWords(),
    onReload,
    onClose,
    check: ({ name }) => needed("name", name, t),
    save: (draft, changed, version) => (form ? edit(form, changed, version) : add(draft)),
    said: ({ name }) => t(form ? "forms.saved" : "forms.added", { name: name.trim() }),
    stale: [formsKey],
  });
  const removal = form && {
    label: t("forms.delete"),
    title: t("settings.removeTitle", { name: form.name }),
    onRemove: () => record.remove(() => removeForm(form.id), t("forms.deleted")),
  };
  return (
    <EditDialog
      title={form?.name ?? t("forms.add")}
      {...record.dialog}
      locked={locked}
      removal={removal}
    >
      <TextField {...record.text("name")} label={t("forms.name")} data-autofocus />
      <TextAreaField {...record.text("help")} label={t("forms.help")} minRows={1} />
      {places.map((one) => (
        <SwitchField key={one} {...record.toggle(one)} label={t(`forms.place.${one}`)} />
      ))}
      {form && (
        <FormAddresses form={form} inDesk={record.values.in_desk} isPublic={record.values.public} />
      )}
      <SectionFields
        sections={record.values.sections}
        known={known}
        locked={locked}
        onChange={(sections) => record.set({ sections })}
      />
      <TextField
        {...record.text("subject_template")}
        label={t("forms.subjectTemplate")}
        description={t("forms.templateHint", { open: "{{", close: "}}" })}
        maxLength={500}
      />
      <TextAreaField
        {...record.text("text_template")}
        label={t("forms.textTemplate")}
        minRows={2}
      />
      <FormLanguages draft={record.values} known={known} locked={locked} onChange={record.set} />
      <Effects draft={record.values} set={record.set} />
      <TextField
        {...record.text("tags")}
        label={t("forms.tags")}
        description={t("forms.tagsHint")}
      />
      {form && (
        <SwitchField
          {...record.toggle("active")}
          label={t("forms.active")}
          description={t("forms.activeHint")}
        />
      )}
    </EditDialog>
  );
}

/** What a ticket gets that is made with the form. */
function Effects({ draft, set }: { draft: Draft; set: (change: Partial<Draft>) => void }) {
  const { t } = useTranslation();
  const teams = useQuery(teamsQuery).data ?? [];
  const none = { value: "", label: t("forms.notSet") };
  return (
    <>
      <SelectField
        name="team_id"
        label={t("form.field.team")}
        value={String(draft.team_id ?? "")}
        data={[none, ...teams.map(({ id, name }) => ({ value: String(id), label: name }))]}
        onChange={(event) => set({ team_id: Number(event.currentTarget.value) || null })}
      />
      <SelectField
        name="ticket_type"
        label={t("form.field.type")}
        value={draft.ticket_type ?? ""}
        data={[none, ...types.map((one) => ({ value: one, label: t(`form.type.${one}`) }))]}
        onChange={(event) =>
          set({ ticket_type: (event.currentTarget.value || null) as Draft["ticket_type"] })
        }
      />
      <SelectField
        name="priority"
        label={t("form.field.priority")}
        value={draft.priority ?? ""}
        data={[
          none,
          ...priorities.map((one) => ({ value: one, label: t(`form.priority.${one}`) })),
        ]}
        onChange={(event) =>
          set({ priority: (event.currentTarget.value || null) as Draft["priority"] })
        }
      />
    </>
  );
}

/** How people read the parts of a form where somebody else changed them meanwhile. */
function useWords() {
  const { t } = useTranslation();
  const listed = (value: string | number | null) => String(value ?? t("forms.notSet"));
  return {
    name: t("forms.name"),
    help: t("forms.help"),
    sections: {
      label: t("forms.fields"),
      say: (sections: Draft["sections"]) =>
        sections.flatMap((one) => (one.fields ?? []).map((field) => field.field)).join(", "),
    },
    subject_template: t("forms.subjectTemplate"),
    text_template: t("forms.textTemplate"),
    language: t("forms.ownLanguage"),
    translations: {
      label: t("forms.languages"),
      say: (translations: Draft["translations"]) => Object.keys(translations).sort().join(", "),
    },
    team_id: { label: t("form.field.team"), say: listed },
    ticket_type: { label: t("form.field.type"), say: listed },
    priority: { label: t("form.field.priority"), say: listed },
    tags: t("forms.tags"),
    in_portal: t("forms.place.in_portal"),
    in_desk: t("forms.place.in_desk"),
    public: t("forms.place.public"),
    active: t("forms.active"),
  };
}

function edit(form: Form, changed: Partial<Draft>, version: number | undefined) {
  const { tags, ...rest } = changed;
  const body = { ...rest, ...(tags === undefined ? {} : { tags: tagsOf(tags) }), version };
  return write(
    client.PATCH("/api/v1/forms/{form_id}", { params: { path: { form_id: form.id } }, body }),
  );
}

function add(draft: Draft) {
  const { active: _, tags, ...given } = draft;
  return write(client.POST("/api/v1/forms", { body: { ...given, tags: tagsOf(tags) } }));
}

const removeForm = (form_id: number) =>
  write(client.DELETE("/api/v1/forms/{form_id}", { params: { path: { form_id } } }));
