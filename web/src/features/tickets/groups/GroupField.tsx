import { useTranslation } from "react-i18next";
import { SelectField } from "@/ui/Form";
import { useGroupFields } from "./useGroupFields";

type GroupFieldProps = { value: string; onChange: (group: string) => void };

/** The field that a view stands in groups by, or "none". */
export function GroupField({ value, onChange }: GroupFieldProps) {
  const { t } = useTranslation();
  return (
    <SelectField
      name="group_by"
      label={t("viewEditor.grouped")}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={useGroupFields().map(({ key, label }) => ({ value: key, label }))}
    />
  );
}

/** A choice of groups as views hold it: without groups the field of before stays. */
export const asGroups = (group: string): { grouped: boolean; group_by?: string } =>
  group === "none" ? { grouped: false } : { grouped: true, group_by: group };
