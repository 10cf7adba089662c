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
  /** How a refusal names it, where it is no custom field. */
  path?: string;
  /** The keys of the options that it offers now; all without. */
  offered?: readonly string[];
  value: unknown;
  onChange: (value: unknown) => void;
};

/** One field that comes with a request, by its kind. */
export function AskField(props: AskFieldProps) {
  const { field, path = `fields.${field.key}`, value, onChange } = props;
  const { t } = useTranslation();
  const common = {
    name: path,
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
          {optionsOf(props).map((one) => (
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
      return <Choices {...props} />;
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

function optionsOf({ field, offered }: AskFieldProps) {
  return offered ? field.options.filter((one) => offered.includes(one.key)) : field.options;
}

function Choices(props: AskFieldProps) {
  const { t } = useTranslation();
  const { field, path = `fields.${field.key}`, value, onChange } = props;
  const held = Array.isArray(value) ? value.map(String) : [];
  const toggle = (key: string) =>
    onChange(held.includes(key) ? held.filter((one) => one !== key) : [...held, key]);
  return (
    <Group
      name={path}
      label={field.required ? field.name : t("ask.optional", { name: field.name })}
      hint={field.help}
    >
      {optionsOf(props).map((one) => (
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
      return value === undefined ? [] : [[field.key, sentOf(field, value)]];
    }),
  );
}

/** A value as a request sends it. */
export function sentOf({ kind }: Pick<PortalField, "kind">, value: unknown): unknown {
  if (value === "") return null;
  return kind === "moment" ? new Date(String(value)).toISOString() : value;
}
