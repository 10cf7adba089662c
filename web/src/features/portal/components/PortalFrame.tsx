import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { chooseLanguage } from "@/app/i18n";
import { languages } from "@/app/languages";
import { BrandMark } from "@/ui/BrandMark";
import { Logo } from "@/ui/Logo";
import { portalQuery } from "../api";
import classes from "./PortalFrame.module.css";

/** The portal's top line: whose portal it is, the language, one's requests. */
export function PortalHead() {
  const { t } = useTranslation();
  const home = useQuery(portalQuery).data;
  return (
    <header className={classes.head}>
      <Link href="/" className={classes.brand}>
        {home?.logo ? (
          <Logo logo={home.logo} name="" maxWidth={140} maxHeight={36} />
        ) : (
          <BrandMark size={24} />
        )}
        <bdi className={`${classes.name} cut`}>{home?.workspace_name}</bdi>
        <span className={classes.help}>{t("portal.help")}</span>
      </Link>
      <span className="grow" />
      <LanguageMenu />
      {home?.signed_in && (
        <Link href="/requests" className={classes.requests}>
          {t("portal.yourRequests")}
        </Link>
      )}
      <a href="/sign-in" className={classes.staff}>
        {t("portal.staffSignIn")}
      </a>
    </header>
  );
}

function LanguageMenu() {
  const { t, i18n } = useTranslation();
  const current = languages.find((language) => language.code === i18n.language);
  if (languages.length < 2) return null;
  return (
    <select
      className={classes.language}
      aria-label={t("portal.language")}
      value={current?.code}
      onChange={(event) => void chooseLanguage(event.currentTarget.value)}
    >
      {languages.map((language) => (
        <option key={language.code} value={language.code} lang={language.code}>
          {language.name}
        </option>
      ))}
    </select>
  );
}

/** The portal's last line. */
export function PortalFoot({ children }: { children?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <footer className={classes.foot}>
      {children}
      <Link href="/requests">{t("portal.follow")}</Link>
    </footer>
  );
}
