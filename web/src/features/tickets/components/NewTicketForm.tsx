import "@/app/pageTexts";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type OfferedField, type OfferedForm, offeredFormsQuery } from "@/api/forms";
import { languageOf } from "@/lib/languageNames";
import { FieldInput } from "@/ui/customFields/FieldInput";
import { SelectField } from "@/ui/Form";
import {
  comparable,
  defaultsOf,
  evaluate,
  type FieldState,
  pathOfField,
} from "@/ui/forms/evaluation";
import { labelOf, optionsOf } from "@/ui/forms/fieldNames";
import type { NewTicketProps } from "../newTicket";
import classes from "./NewTicketDialog.module.css";

/** Which form a new ticket is made with, where the workspace has any; none keeps the plain one. */
export function FormChoice({ ticket, change }: NewTicketProps) {
  const { t } = useTranslation();
  const forms = useQuery(offeredFormsQuery).data ?? [];
  if (forms.length === 0) return null;
  const choose = (id: string) => {
    const form = forms.find((one) => String(one.id) === id);
    const { subject = ticket.subject, text = ticket.text } = ticket.answers;
    if (!form) return change({ form: null, subject: String(subject), text: String(text) });
    const written = Object.fromEntries(
      Object.entries({ subject, text }).filter(([, value]) => value !== ""),
    );
    change({ form, answers: { ...defaultsOf(form), ...written } });
  };
  return (
    <SelectField
      name="form"
      label={t("newTicket.form")}
      description={ticket.form?.help || undefined}
      value={String(ticket.form?.id ?? "")}
      data={[
        { value: "", label: t("newTicket.noForm") },
        ...forms.map((one) => ({ value: String(one.id), label: one.name })),
      ]}
      onChange={(event) => choose(event.currentTarget.value)}
    />
  );
}

type FormFieldsProps = NewTicketProps & { form: OfferedForm };

/** The fields of the chosen form that are shown now, in its sections. */
export function FormFields({ ticket, change, form }: FormFieldsProps) {
  const states = evaluate(form, ticket.answers);
  return form.sections.map((section, at) => {
    const shown = section.fields.filter((one) => states.get(one.field)?.shown);
    if (shown.length === 0) return null;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: a form's sections have no names of their own and do not move
      <fieldset key={at} className={classes.section} {...languageOf(form.language)}>
        {section.title && <legend className={classes.sectionTitle}>{section.title}</legend>}
        {section.help && <p className={classes.hint}>{section.help}</p>}
        {shown.map((field) => (
          <FormField
            key={field.field}
            field={field}
            state={states.get(field.field)}
            value={ticket.answers[field.field]}
            onChange={(value) => change({ answers: { ...ticket.answers, [field.field]: value } })}
          />
        ))}
      </fieldset>
    );
  });
}

type FormFieldProps = {
  field: OfferedField;
  state: FieldState | undefined;
  value: unknown;
  onChange: (value: unknown) => void;
};

function FormField({ field, state, value, onChange }: FormFieldProps) {
  const { t } = useTranslation();
  const offered = state?.options ?? null;
  const isOffered = offered === null || comparable(field, value, offered) !== null;
  const options = optionsOf(field, t).map((one) => ({
    ...one,
    active: offered?.includes(one.key) ?? one.active,
  }));
  return (
    <FieldInput
      field={{ ...field, key: field.field.replace("field.", ""), name: labelOf(field, t), options }}
      path={pathOfField(field.field)}
      value={isOffered ? value : null}
      required={state?.required}
      onChange={onChange}
    />
  );
}
