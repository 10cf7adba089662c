import { useTranslation } from "react-i18next";
import { Button, IconButton } from "@/ui/Button";
import { SelectField, TextField } from "@/ui/Form";
import { ConditionFields } from "./ConditionFields";
import { moved, newField, replaced, type Section, without } from "./draft";
import classes from "./FormEditor.module.css";
import { FormFieldEditor } from "./FormFieldEditor";
import type { KnownField } from "./knownFields";

type SectionFieldsProps = {
  sections: readonly Section[];
  known: readonly KnownField[];
  onChange: (sections: Section[]) => void;
  locked: boolean;
};

/** The sections of a form in order, each with its fields. */
export function SectionFields({ sections, known, onChange, locked }: SectionFieldsProps) {
  const { t } = useTranslation();
  const used = new Set(sections.flatMap((one) => (one.fields ?? []).map((field) => field.field)));
  const free = known.filter((one) => !used.has(one.field));
  const before: KnownField[] = [];
  return (
    <div className={classes.sections}>
      {sections.map((section, at) => {
        const earlier = [...before];
        for (const { field } of section.fields ?? []) {
          const found = known.find((one) => one.field === field);
          if (found) before.push(found);
        }
        return (
          <OneSection
            // biome-ignore lint/suspicious/noArrayIndexKey: a new section has no name yet
            key={at}
            section={section}
            number={at + 1}
            before={earlier}
            known={known}
            free={free}
            locked={locked}
            onChange={(next) => onChange(replaced(sections, at, next))}
            onMove={(by) => onChange(moved(sections, at, by))}
            onRemove={() => onChange(without(sections, at))}
          />
        );
      })}
      {!locked && (
        <Button
          icon="plus"
          onClick={() => onChange([...sections, { title: "", help: "", fields: [] }])}
        >
          {t("forms.addSection")}
        </Button>
      )}
    </div>
  );
}

type OneSectionProps = {
  section: Section;
  number: number;
  before: readonly KnownField[];
  known: readonly KnownField[];
  free: readonly KnownField[];
  locked: boolean;
  onChange: (section: Section) => void;
  onMove: (by: number) => void;
  onRemove: () => void;
};

function OneSection(props: OneSectionProps) {
  const { section, number, before, known, free, locked, onChange, onMove, onRemove } = props;
  const { t } = useTranslation();
  const fields = section.fields ?? [];
  const name = section.title || t("forms.section", { number: String(number) });
  const text = (part: "title" | "help") => ({
    name: part,
    label: t(`forms.${part}`),
    value: section[part] ?? "",
    disabled: locked,
    onChange: (event: { currentTarget: HTMLInputElement }) =>
      onChange({ ...section, [part]: event.currentTarget.value }),
  });
  return (
    <fieldset className={classes.section}>
      <legend className={classes.legend}>{name}</legend>
      {!locked && (
        <div className={classes.moves}>
          <IconButton icon="up" label={t("forms.up", { name })} onClick={() => onMove(-1)} />
          <IconButton icon="down" label={t("forms.down", { name })} onClick={() => onMove(1)} />
          <IconButton icon="x" label={t("forms.remove", { name })} onClick={onRemove} />
        </div>
      )}
      <TextField {...text("title")} maxLength={100} />
      <TextField {...text("help")} maxLength={1000} />
      {before.length > 0 && (
        <ConditionFields
          label={t("forms.sectionShown")}
          condition={section.shown_when}
          before={before}
          locked={locked}
          onChange={(shown_when) => onChange({ ...section, shown_when })}
        />
      )}
      {fields.map((field, at) => (
        <FormFieldEditor
          key={field.field}
          field={field}
          known={known.find((one) => one.field === field.field)}
          before={[
            ...before,
            ...known.filter((one) => fields.slice(0, at).some(({ field }) => field === one.field)),
          ]}
          locked={locked}
          onChange={(next) => onChange({ ...section, fields: replaced(fields, at, next) })}
          onMove={(by) => onChange({ ...section, fields: moved(fields, at, by) })}
          onRemove={() => onChange({ ...section, fields: without(fields, at) })}
        />
      ))}
      {!locked && free.length > 0 && (
        <SelectField
          name="add"
          aria-label={t("forms.addField")}
          value=""
          data={[
            { value: "", label: t("forms.addField") },
            ...free.map((one) => ({ value: one.field, label: one.name })),
          ]}
          onChange={(event) => {
            const added = event.currentTarget.value;
            if (added) onChange({ ...section, fields: [...fields, startOf(added, known)] });
          }}
        />
      )}
    </fieldset>
  );
}

/** A field as it is added; teams are named to strangers as far as they are chosen, so one is chosen first. */
function startOf(name: string, known: readonly KnownField[]) {
  const first = known.find((one) => one.field === name)?.options[0]?.key;
  const field = newField(name);
  return name === "team" && first ? { ...field, options: [{ options: [first] }] } : field;
}
