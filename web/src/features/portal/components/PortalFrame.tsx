import { Menu } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { chooseLanguage } from "@/app/i18n";
import { languages } from "@/app/languages";
import { Mark } from "@/ui/Brand";
import { Button } from "@/ui/Button";
import { portalQuery } from "../api";
import classes from "./PortalFrame.module.css";

/** The portal's top line: whose portal it is, the language, one's requests. */
export function PortalHead() {
  const { t } = useTranslation();
  const home = useQuery(portalQuery).data;
  return (
    <header className={classes.head}>
      <Link to="/" className={classes.brand}>
        <Mark size={24} />
        <bdi className={`${classes.name} cut`}>{home?.workspace_name}</bdi>
        <span className={classes.help}>{t("portal.help")}</span>
      </Link>
      <span className="grow" />
      <LanguageMenu />
      {home?.signed_in && (
        <Link to="/requests" className={classes.requests}>
          {t("portal.yourRequests")}
        </Link>
      )}
    </header>
  );
}

function LanguageMenu() {
  const { t, i18n } = useTranslation();
  const current = languages.find((language) => language.code === i18n.language);
  if (languages.length < 2) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button iconAfter="down" aria-label={t("portal.language")}>
          {current?.name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {languages.map((language) => (
          <Menu.Item
            key={language.code}
            lang={language.code}
            onClick={() => void chooseLanguage(language.code)}
          >
            {language.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The portal's last line. */
export function PortalFoot({ children }: { children?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <footer className={classes.foot}>
      {children}
      <Link to="/requests">{t("portal.follow")}</Link>
      <Link to="/sign-in" search={{}}>
        {t("portal.staffSignIn")}
      </Link>
    </footer>
  );
}
