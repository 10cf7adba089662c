import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMayRead } from "@/api/access";
import { Icon } from "@/ui/Icon";
import classes from "./SectionList.module.css";
import { groups, type SectionKey, sectionIcons, sectionShows } from "./sections";

/** The pages of the settings, in groups. */
export function SectionList({ phone }: { phone: boolean }) {
  const { t } = useTranslation();
  const mayRead = useMayRead();
  const isShown = (section: SectionKey) => section === "profile" || mayRead(sectionShows[section]);
  const shown = groups
    .map((group) => ({ key: group.key, sections: group.sections.filter(isShown) }))
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
            {group.sections.map((section) => (
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
