import { Menu } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { MAIL, useMayRead } from "@/api/access";
import { Icon } from "@/ui/Icon";
import { PersonMenuItems } from "./PersonMenu";
import classes from "./PhoneTabs.module.css";

/** The bottom bar of a phone. */
export function PhoneTabs() {
  const { t } = useTranslation();
  const mayRead = useMayRead();
  const mayReadMail = MAIL.some(mayRead);
  const current = { activeProps: { "aria-current": "page" as const }, className: classes.tab };
  return (
    <nav className={classes.tabs} aria-label={t("desk.main")}>
      {mayRead("tickets") && (
        <Link to="/desk/tickets" search={{}} activeOptions={{ includeSearch: false }} {...current}>
          <Icon name="inbox" size={20} />
          {t("desk.tickets")}
        </Link>
      )}
      {mayReadMail && (
        <Link to="/desk/outbox" search={{}} activeOptions={{ includeSearch: false }} {...current}>
          <Icon name="mail" size={20} />
          {t("desk.mail")}
        </Link>
      )}
      <Link to="/desk/settings" {...current}>
        <Icon name="gear" size={20} />
        {t("desk.settings")}
      </Link>
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
