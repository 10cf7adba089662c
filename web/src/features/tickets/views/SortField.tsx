import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { fieldsQuery } from "@/api/fields";
import { SelectField } from "@/ui/Form";
import { asSort, isFieldSort, type ListSort, sortKeys } from "../search";
import { useSortWord } from "../sortWords";

type SortFieldProps = { value: string; onChange: (sort: ListSort) => void };

/** The order of a view: those of every list, and those by custom fields that lists are sorted by. */
export function SortField({ value, onChange }: SortFieldProps) {
  const { t } = useTranslation();
  const fields = useQuery(fieldsQuery).data ?? [];
  const own = fields.flatMap(({ sorts }) => sorts.filter(isFieldSort));
  const chosen = asSort(value);
  // One that is gone stays chosen until another is.
  const lost = chosen && isFieldSort(chosen) && !own.includes(chosen) ? [chosen] : [];
  const all: ListSort[] = [...sortKeys, ...own, ...lost];
  const wordOf = useSortWord(all);
  return (
    <SelectField
      name="sort"
      label={t("viewEditor.sort")}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value as ListSort)}
      data={all.map((sort) => ({ value: sort, label: wordOf(sort) }))}
    />
  );
}
