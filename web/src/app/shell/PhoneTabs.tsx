import { Menu } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Icon } from "@/ui/Icon";
import { useNavigation } from "./navigation";
import { PersonMenuItems } from "./PersonMenu";
import classes from "./PhoneTabs.module.css";

/** The bottom bar of a phone. */
export function PhoneTabs() {
  const { t } = useTranslation();
  const current = { activeProps: { "aria-current": "page" as const }, className: classes.tab };
  return (
    <nav className={classes.tabs} aria-label={t("desk.main")}>
      {useNavigation().map(({ to, icon, label }) => (
        <Link key={to} to={to} search={{}} activeOptions={{ includeSearch: false }} {...current}>
          <Icon name={icon} size={20} />
          {t(label)}
        </Link>
      ))}
      <Menu position="top-end" width={224}>
        <Menu.Target>
          <button type="button" className={classes.tab}>
            <Icon name="user" size={20} />
            {t("desk.you")}
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <PersonMenuItems />
        </Menu.Dropdown>
      </Menu>
    </nav>
  );
}
