import { useMantineColorScheme } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useDensity } from "@/lib/density";
import { Card } from "@/ui/Card";
import { Segments } from "@/ui/Segments";
import classes from "./Profile.module.css";

/** Theme and density, kept in this browser. */
export function LookCard() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [density, setDensity] = useDensity();
  return (
    <Card title={t("profile.look")} hint={t("profile.kept")} padded>
      <div className={classes.line}>
        <span className="grow">{t("profile.theme")}</span>
        <Segments
          label={t("profile.theme")}
          value={colorScheme}
          onChange={setColorScheme}
          options={[
            { value: "auto", label: t("theme.auto") },
            { value: "light", label: t("theme.light") },
            { value: "dark", label: t("theme.dark") },
          ]}
        />
      </div>
      <div className={classes.line}>
        <span className="grow">{t("profile.density")}</span>
        <Segments
          label={t("profile.density")}
          value={density}
          onChange={setDensity}
          options={[
            { value: "cosy", label: t("tickets.cosy") },
            { value: "compact", label: t("tickets.compact") },
          ]}
        />
      </div>
    </Card>
  );
}
