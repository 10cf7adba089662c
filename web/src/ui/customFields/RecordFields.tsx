import { useQuery } from "@tanstack/react-query";
import {
  customFieldsQuery,
  type FieldEntity,
  type FieldValues,
  fieldsOf,
} from "@/api/customFields";
import { FieldInput } from "./FieldInput";
import { sentValue } from "./valueText";

type RecordFieldsProps = {
  entity: FieldEntity;
  values: FieldValues;
  onChange: (values: FieldValues) => void;
  locked: boolean;
};

/** The custom fields of a contact or organization, in their order. */
export function RecordFields({ entity, values, onChange, locked }: RecordFieldsProps) {
  const fields = fieldsOf(useQuery(customFieldsQuery).data, entity);
  return fields.map((field) => (
    <FieldInput
      key={field.key}
      field={field}
      value={values[field.key] ?? null}
      onChange={(value) => onChange({ ...values, [field.key]: value })}
      disabled={locked}
    />
  ));
}

/** Values as people read them where somebody else changed them meanwhile. */
export function sayValues(values: FieldValues): string {
  return Object.values(values)
    .map((value) => (value as { name?: string } | null)?.name ?? String(value ?? ""))
    .filter(Boolean)
    .join(", ");
}

/** What a request sends: each value of the form. */
export function sentValues(values: FieldValues): FieldValues {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, sentValue(value)]));
}
