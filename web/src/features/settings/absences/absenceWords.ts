import { useTranslation } from "react-i18next";
import type { Absence } from "./api";

/** From when to when somebody is away, and who stands in. */
export function useAbsenceWords() {
  const { t, i18n } = useTranslation();
  const moment = new Intl.DateTimeFormat(i18n.language, {
    dateStyle: "medium",
    timeStyle: "short",
  });
  return ({ starts_at, ends_at, deputy }: Absence) => {
    const from = moment.format(new Date(starts_at));
    const to = moment.format(new Date(ends_at));
    return deputy
      ? t("absences.spanWithDeputy", { from, to, name: deputy.name })
      : t("absences.span", { from, to });
  };
}
