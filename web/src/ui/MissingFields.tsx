import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { customFieldsQuery, fieldsOf } from "@/api/customFields";
import { resolutionsQuery } from "@/api/directory";
import type { MissingCounts, MissingValues } from "@/api/types";
import { FieldInput } from "./customFields/FieldInput";
import { sentValue } from "./customFields/valueText";
import { SelectField } from "./Form";

type MissingFieldsProps = {
  missing: MissingCounts;
  value: MissingValues;
  onChange: (value: MissingValues) => void;
  /** Of many tickets it is said how many lack each. */
  counted: boolean;
};

/** Asks for what tickets lack for a change: a reason for resolving, and each required field. */
export function MissingFields({ missing, value, onChange, counted }: MissingFieldsProps) {
  const { t } = useTranslation();
  const reasons = useQuery(resolutionsQuery).data ?? [];
  const known = fieldsOf(useQuery(customFieldsQuery).data, "ticket");
  const hint = (count: number) => (counted ? t("missing.lacking", { count }) : undefined);
  const isFirst = (key: string) => missing.resolution === 0 && missing.fields[0]?.key === key;
  return (
    <>
      {missing.resolution > 0 && (
        <SelectField
          name="resolution"
          label={t("missing.resolution")}
          description={hint(missing.resolution)}
          value={value.resolution ?? ""}
          data={[
            { value: "", label: t("missing.none") },
            ...reasons
              .filter(({ active }) => active)
              .map(({ key, name }) => ({ value: key, label: name })),
          ]}
          data-autofocus
          onChange={(event) =>
            onChange({ ...value, resolution: event.currentTarget.value || null })
          }
        />
      )}
      {missing.fields.map(({ key, count }) => {
        const field = known.find((one) => one.key === key);
        if (!field) return null;
        const help = [field.help, hint(count)].filter(Boolean).join(" · ");
        return (
          <FieldInput
            key={key}
            field={{ ...field, help }}
            value={value.fields?.[key] ?? null}
            onChange={(next) => onChange({ ...value, fields: { ...value.fields, [key]: next } })}
            autoFocus={isFirst(key)}
          />
        );
      })}
    </>
  );
}

/** Whether a change needs more than what it sets. */
export const isLacking = ({ resolution, fields }: MissingCounts) =>
  resolution > 0 || fields.length > 0;

/** What was given, as a request sends it: without what was left empty or is not lacking any more. */
export function givenOf(
  missing: MissingCounts,
  { resolution, fields }: MissingValues,
): MissingValues {
  const given = missing.fields
    .map(({ key }) => [key, sentValue(fields?.[key] ?? null)] as const)
    .filter(([, value]) => value !== null);
  return {
    ...(missing.resolution > 0 && resolution && { resolution }),
    ...(given.length > 0 && { fields: Object.fromEntries(given) }),
  };
}
