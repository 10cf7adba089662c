import { useTranslation } from "react-i18next";
import { useTeams } from "@/api/directory";
import type { Layout } from "./api";

/** Which team and language a layout is for. */
export function useLayoutName(layout: Pick<Layout, "team_id" | "language">): string {
  const { t } = useTranslation();
  const team = useTeams().find((one) => one.id === layout.team_id)?.name;
  return t("layouts.name", {
    team: team ?? t("layouts.everyTeam"),
    language: layout.language || t("layouts.everyLanguage"),
  });
}
