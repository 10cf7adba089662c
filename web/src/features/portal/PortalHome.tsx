import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Asked, portalQuery } from "./api";
import { AskForm } from "./components/AskForm";
import { Horizon } from "./components/Horizon";
import { PortalFoot, PortalHead } from "./components/PortalFrame";
import { Sent } from "./components/Sent";
import { Spoken } from "./components/Spoken";
import classes from "./PortalHome.module.css";

/** The portal's first page: a welcome and the way to ask; then what became of the request. */
export function PortalHome() {
  const { t } = useTranslation();
  const home = useQuery(portalQuery).data;
  const [asked, setAsked] = useState<Asked | null>(null);
  const [language, setLanguage] = useState<string>();
  const sent = (one: Asked, spoken?: string) => {
    setAsked(one);
    setLanguage(spoken);
  };
  const place = t("portal.home", { name: home?.workspace_name ?? "ATUM DESK" });
  useDocumentTitle(asked ? `#${asked.number} · ${place}` : place);
  return (
    <div className={classes.page}>
      <PortalHead />
      <main className={classes.main}>
        <section className={classes.hero}>
          <Horizon />
          {asked ? (
            <Spoken language={language}>
              <SentTitle key="sent" />
            </Spoken>
          ) : (
            <h1 className={classes.title}>{t("portal.title")}</h1>
          )}
        </section>
        <div className={classes.card}>
          {asked ? (
            <Spoken language={language}>
              <Sent asked={asked} onAnother={() => setAsked(null)} />
            </Spoken>
          ) : (
            <AskForm onSent={sent} />
          )}
        </div>
      </main>
      <PortalFoot />
    </div>
  );
}

/** The headline after sending; it takes the focus, so that it is read out. */
function SentTitle() {
  const { t } = useTranslation();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    title.current?.focus();
    window.scrollTo({ top: 0 });
  }, []);
  return (
    <h1 className={classes.title} ref={title} tabIndex={-1}>
      {t("sent.title")}
    </h1>
  );
}
