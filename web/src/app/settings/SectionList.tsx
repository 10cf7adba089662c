import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMayRead } from "@/api/access";
import { Icon } from "@/ui/Icon";
import { settingsGroups, useFeatures } from "../feature";
import classes from "./SectionList.module.css";

/** The pages of the settings, in groups. */
export function SectionList({ phone }: { phone: boolean }) {
  const { t } = useTranslation();
  const mayRead = useMayRead();
  const sections = useFeatures().flatMap(({ settings }) => settings ?? []);
  const readable = sections
    .filter(({ part }) => !part || mayRead(part))
    .toSorted((one, other) => Number(other.leads ?? false) - Number(one.leads ?? false));
  const shown = settingsGroups
    .map((key) => ({ key, sections: readable.filter(({ group }) => group === key) }))
    .filter((group) => group.sections.length > 0);
  return (
    <nav
      className={`${classes.list} ${phone ? classes.phone : ""}`}
      aria-label={t("settings.sections")}
    >
      <header className={classes.head}>
        {phone ? <h1>{t("settings.title")}</h1> : <b>{t("settings.title")}</b>}
      </header>
      {shown.map((group) => (
        <section key={group.key} className={classes.group}>
          <h2 className={classes.label}>{t(`settings.group.${group.key}`)}</h2>
          <ul>
            {group.sections.map(({ key, icon, title }) => (
              <li key={key}>
                <Link
                  to={`/desk/settings/${key}` as "/desk/settings/profile"}
                  search={{}}
                  activeOptions={{ includeSearch: false }}
                  activeProps={{ "aria-current": "page" }}
                  className={classes.link}
                >
                  {phone && <Icon name={icon} size={20} />}
                  <span className="grow">{t(title)}</span>
                  {phone && <Icon name="right" />}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}
