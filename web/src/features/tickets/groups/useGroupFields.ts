import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { fieldsQuery } from "@/api/fields";
import { useFieldWord } from "@/ui/ticketColumns/fieldWords";
import { BY_CATEGORY } from "../search";
import "./texts";

export type GroupChoice = { key: string; label: string };

/** What lists may be grouped by: not at all, by the status's category first, then by each field that may be. */
export function useGroupFields(): GroupChoice[] {
  const { t } = useTranslation();
  const fields = (useQuery(fieldsQuery).data ?? []).filter(
    ({ can_group, key }) => can_group && key !== BY_CATEGORY && key !== "open",
  );
  const wordOf = useFieldWord(fields.map(({ key }) => key));
  return [
    { key: "none", label: t("groups.none") },
    { key: BY_CATEGORY, label: t("groups.category") },
    ...fields.map(({ key }) => ({
      key,
      label: key === "status" ? t("groups.status") : wordOf(key),
    })),
  ];
}
