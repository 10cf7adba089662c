import { useTranslation } from "react-i18next";
import type { PortalField } from "@/api/customFields";
import { pathOf } from "@/ui/customFields/valueText";
import classes from "./AskFields.module.css";
import { Group, SelectField, TextAreaField, TextField } from "./Fields";

type Values = Record<string, unknown>;
type AskFieldsProps = {
  fields: readonly PortalField[];
  values: Values;
  onChange: (values: Values) => void;
};

const inputTypes: Partial<Record<PortalField["kind"], string>> = {
  date: "date",
  moment: "datetime-local",
  url: "url",
  email: "email",
  phone: "tel",
};

/** The custom fields that come with a request, each by its kind. */
export function AskFields({ fields, values, onChange }: AskFieldsProps) {
  return fields.map((field) => (
    <AskField
      key={field.key}
      field={field}
      value={values[field.key] ?? field.default ?? ""}
      onChange={(value) => onChange({ ...values, [field.key]: value })}
    />
  ));
}

type AskFieldProps = {
  field: PortalField;
  value: unknown;
  onChange: (value: unknown) => void;
};

function AskField({ field, value, onChange }: AskFieldProps) {
  const { t } = useTranslation();
  const common = {
    name: `fields.${field.key}`,
    label: field.required ? field.name : t("ask.optional", { name: field.name }),
    hint: field.help,
    "aria-required": field.required,
  };
  const text = String(value);
  switch (field.kind) {
    case "long_text":
      return (
        <TextAreaField
          {...common}
          rows={3}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case "choice":
    case "tree":
      return (
        <SelectField
          {...common}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          <option value="">{t("customFields.noValue")}</option>
          {field.options.map((one) => (
            <option key={one.key} value={one.key}>
              {pathOf(field, one.key)}
            </option>
          ))}
        </SelectField>
      );
    case "boolean":
      return (
        <SelectField
          {...common}
          value={text}
          onChange={({ currentTarget }) =>
            onChange(currentTarget.value === "" ? null : currentTarget.value === "true")
          }
        >
          <option value="">{t("customFields.noValue")}</option>
          <option value="true">{t("customFields.yes")}</option>
          <option value="false">{t("customFields.no")}</option>
        </SelectField>
      );
    case "multiple_choice":
      return <Choices field={field} value={value} onChange={onChange} />;
  }
  const isNumber = field.kind === "number" || field.kind === "money";
  return (
    <TextField
      {...common}
      type={inputTypes[field.kind] ?? "text"}
      inputMode={isNumber ? "decimal" : undefined}
      pattern={field.pattern ?? undefined}
      value={field.kind === "moment" ? text.slice(0, 16) : text}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function Choices({ field, value, onChange }: AskFieldProps) {
  const held = Array.isArray(value) ? value.map(String) : [];
  const toggle = (key: string) =>
    onChange(held.includes(key) ? held.filter((one) => one !== key) : [...held, key]);
  return (
    <Group name={`fields.${field.key}`} label={field.name} hint={field.help}>
      {field.options.map((one) => (
        <label key={one.key} className={classes.choice}>
          <input
            type="checkbox"
            checked={held.includes(one.key)}
            onChange={() => toggle(one.key)}
          />
          <bdi>{one.name}</bdi>
        </label>
      ))}
    </Group>
  );
}

/** What a request sends: moments with the browser's zone, nothing for what is empty. */
export function sentFields(fields: readonly PortalField[], values: Values): Values {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = values[field.key];
      if (value === undefined) return [];
      const isMoment = field.kind === "moment" && value !== "";
      return [
        [field.key, isMoment ? new Date(String(value)).toISOString() : value === "" ? null : value],
      ];
    }),
  );
}
