import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { InputField } from "@/api/customFields";
import { staffQuery } from "@/api/directory";
import { CheckBox } from "../CheckBox";
import { SelectField, TextAreaField, TextField, useFieldError } from "../Form";
import classes from "./FieldInput.module.css";
import type { FieldInputProps } from "./fieldInputProps";
import { RecordPicker } from "./RecordPicker";
import { pathOf } from "./valueText";

const inputTypes: Partial<Record<InputField["kind"], string>> = {
  date: "date",
  moment: "datetime-local",
  url: "url",
  email: "email",
  phone: "tel",
};

/** A custom field to fill in, by its kind. Errors of the server name it by its path in the request. */
export function FieldInput(props: FieldInputProps) {
  const { field } = props;
  switch (field.kind) {
    case "long_text":
      return <LongText {...props} />;
    case "choice":
    case "tree":
    case "boolean":
      return <Choice {...props} />;
    case "multiple_choice":
      return <Choices {...props} />;
    case "person":
      return <Person {...props} />;
    case "contact":
    case "organization":
      return <RecordPicker {...props} />;
  }
  return <Line {...props} />;
}

function nameOf({ field, path, required = false, disabled }: FieldInputProps) {
  return {
    name: path ?? `fields.${field.key}`,
    label: field.name,
    description: field.help || undefined,
    required,
    disabled,
  };
}

function Line(props: FieldInputProps) {
  const { field, value, onChange, autoFocus } = props;
  const isNumber = field.kind === "number" || field.kind === "money";
  const shown = field.kind === "moment" ? localMoment(value) : String(value ?? "");
  const type = inputTypes[field.kind] ?? "text";
  return (
    <TextField
      {...nameOf(props)}
      type={type}
      inputMode={isNumber ? "decimal" : undefined}
      pattern={field.pattern ?? undefined}
      rightSection={field.currency ? <span className={classes.unit}>{field.currency}</span> : null}
      dir={type === "text" || type === "date" ? undefined : "ltr"}
      value={shown}
      data-autofocus={autoFocus || undefined}
      onChange={(event) => {
        const text = event.currentTarget.value;
        const isMoment = field.kind === "moment" && text !== "";
        onChange(isMoment ? new Date(text).toISOString() : text);
      }}
    />
  );
}

/** A moment in the browser's zone, as its input wants it. */
function localMoment(value: unknown): string {
  if (!value) return "";
  const at = new Date(String(value));
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function LongText(props: FieldInputProps) {
  return (
    <TextAreaField
      {...nameOf(props)}
      minRows={2}
      maxRows={10}
      value={String(props.value ?? "")}
      data-autofocus={props.autoFocus || undefined}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    />
  );
}

function Choice(props: FieldInputProps) {
  const { field, value, onChange, autoFocus } = props;
  const { t } = useTranslation();
  const held = value === null || value === undefined ? "" : String(value);
  // One out of use stays on the records that have it.
  const offered = field.options.filter((one) => one.active || one.key === held);
  const data =
    field.kind === "boolean"
      ? [
          { value: "true", label: t("customFields.yes") },
          { value: "false", label: t("customFields.no") },
        ]
      : offered.map((one) => ({ value: one.key, label: pathOf(field, one.key) }));
  return (
    <SelectField
      {...nameOf(props)}
      value={held}
      data={[{ value: "", label: t("customFields.noValue") }, ...data]}
      data-autofocus={autoFocus || undefined}
      onChange={(event) => {
        const chosen = event.currentTarget.value;
        if (chosen === "") onChange(null);
        else onChange(field.kind === "boolean" ? chosen === "true" : chosen);
      }}
    />
  );
}

function Choices(props: FieldInputProps) {
  const { field, value, onChange, required, disabled } = props;
  const error = useFieldError(`fields.${field.key}`);
  const held = Array.isArray(value) ? value.map(String) : [];
  const offered = field.options.filter((one) => one.active || held.includes(one.key));
  const toggle = (key: string) =>
    onChange(held.includes(key) ? held.filter((one) => one !== key) : [...held, key]);
  return (
    <fieldset className={classes.choices} disabled={disabled}>
      <legend>
        {field.name}
        {required && <span aria-hidden="true"> *</span>}
      </legend>
      {field.help && <p className={classes.help}>{field.help}</p>}
      {offered.map((one) => (
        <div key={one.key} className={classes.choice}>
          <CheckBox
            checked={held.includes(one.key)}
            label={one.name}
            onChange={() => toggle(one.key)}
          />
          <bdi>{one.name}</bdi>
        </div>
      ))}
      {error && (
        <p className={classes.error} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}

function Person(props: FieldInputProps) {
  const { value, onChange, autoFocus } = props;
  const { t } = useTranslation();
  const staff = useQuery(staffQuery).data ?? [];
  const held = idOf(value);
  const known = staff.map((one) => ({ value: String(one.id), label: one.name }));
  const missing = held !== "" && !known.some((one) => one.value === held);
  const data = missing ? [...known, { value: held, label: nameIn(value) }] : known;
  return (
    <SelectField
      {...nameOf(props)}
      value={held}
      data={[{ value: "", label: t("customFields.noValue") }, ...data]}
      data-autofocus={autoFocus || undefined}
      onChange={(event) => {
        const chosen = event.currentTarget.value;
        onChange(chosen === "" ? null : Number(chosen));
      }}
    />
  );
}

function idOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? String((value as { id: number }).id) : String(value);
}

function nameIn(value: unknown): string {
  return (value as { name?: string } | null)?.name ?? idOf(value);
}
