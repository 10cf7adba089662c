import { useTranslation } from "react-i18next";
import type { OfferedField, OfferedForm } from "@/api/forms";
import { languageOf } from "@/lib/languageNames";
import { type Answers, type FieldState, pathOfField } from "@/ui/forms/evaluation";
import { labelOf, optionsOf } from "@/ui/forms/fieldNames";
import { AskField } from "./AskFields";
import classes from "./FormSections.module.css";

type FormSectionsProps = {
  form: OfferedForm;
  states: ReadonlyMap<string, FieldState>;
  answers: Answers;
  onChange: (answers: Answers) => void;
};

/** The sections of a form with the fields that are shown now. */
export function FormSections({ form, states, answers, onChange }: FormSectionsProps) {
  return form.sections.map((section, at) => {
    const shown = section.fields.filter((one) => states.get(one.field)?.shown);
    if (shown.length === 0) return null;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: a form's sections have no names of their own and do not move
      <fieldset key={at} className={classes.section} {...languageOf(form.language)}>
        {section.title && <legend className={classes.title}>{section.title}</legend>}
        {section.help && <p className={classes.help}>{section.help}</p>}
        {shown.map((field) => (
          <SectionField
            key={field.field}
            field={field}
            state={states.get(field.field)}
            value={answers[field.field]}
            onChange={(value) => onChange({ ...answers, [field.field]: value })}
          />
        ))}
      </fieldset>
    );
  });
}

type SectionFieldProps = {
  field: OfferedField;
  state: FieldState | undefined;
  value: unknown;
  onChange: (value: unknown) => void;
};

function SectionField({ field, state, value, onChange }: SectionFieldProps) {
  const { t } = useTranslation();
  return (
    <AskField
      field={{
        ...field,
        key: field.field,
        name: labelOf(field, t),
        required: state?.required ?? false,
        options: optionsOf(field, t),
      }}
      path={pathOfField(field.field)}
      offered={state?.options ?? undefined}
      value={value ?? ""}
      onChange={onChange}
    />
  );
}
