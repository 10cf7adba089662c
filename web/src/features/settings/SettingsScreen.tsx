import { useTranslation } from "react-i18next";
import { Bar, BarTitle, Pane } from "@/ui/Pane";

/** The settings area's frame. */
export function SettingsScreen() {
  const { t } = useTranslation();
  return (
    <Pane as="main" label={t("settings.title")}>
      <Bar>
        <BarTitle>{t("settings.title")}</BarTitle>
      </Bar>
    </Pane>
  );
}
