import { useTranslation } from "react-i18next";

/** Says until when somebody is away; nothing of who is there. */
export function useAwayText() {
  const { t, i18n } = useTranslation();
  return (until: string | null | undefined) =>
    until
      ? t("ticket.awayUntil", { date: new Date(until).toLocaleDateString(i18n.language) })
      : undefined;
}
