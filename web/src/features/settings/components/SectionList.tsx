import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "@/features/session/api";
import { Icon } from "@/ui/Icon";
import { groups, type SectionKey, sectionIcons, sectionNeeds } from "../sections";
import classes from "./SectionList.module.css";

/** The pages of the settings, in groups. */
export function SectionList({ phone }: { phone: boolean }) {
  const { t } = useTranslation();
  const { permissions } = useMe();
  const isShown = (section: SectionKey) => {
    const needed = sectionNeeds[section];
    return !needed || permissions.includes(needed);
  };
  return (
    <nav
      className={`${classes.list} ${phone ? classes.phone : ""}`}
      aria-label={t("settings.sections")}
    >
      <header className={classes.head}>
        {phone ? <h1>{t("settings.title")}</h1> : <b>{t("settings.title")}</b>}
      </header>
      {groups.map((group) => (
        <section key={group.key} className={classes.group}>
          <h2 className={classes.label}>{t(`settings.group.${group.key}`)}</h2>
          <ul>
            {group.sections.filter(isShown).map((section) => (
              <li key={section}>
                <Link
                  to={`/desk/settings/${section}`}
                  search={{}}
                  activeOptions={{ includeSearch: false }}
                  activeProps={{ "aria-current": "page" }}
                  className={classes.link}
                >
                  {phone && <Icon name={sectionIcons[section]} size={20} />}
                  <span className="grow">{t(`settings.section.${section}`)}</span>
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
