import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { portalQuery } from "./api";
import { AskForm } from "./components/AskForm";
import { Horizon } from "./components/Horizon";
import { PortalFoot, PortalHead } from "./components/PortalFrame";
import { Sent } from "./components/Sent";
import classes from "./PortalHome.module.css";

/** The portal's first page: a welcome and the way to ask. */
export function PortalHome() {
  const { t } = useTranslation();
  const home = useQuery(portalQuery).data;
  const [sentTo, setSentTo] = useState<string | null>(null);
  useDocumentTitle(t("portal.home", { name: home?.workspace_name ?? "ATUM DESK" }));
  return (
    <div className={classes.page}>
      <PortalHead />
      <main className={classes.main}>
        <section className={classes.hero}>
          <Horizon />
          <h1 className={classes.title}>{t("portal.title")}</h1>
        </section>
        <div className={classes.card}>
          {sentTo === null ? (
            <AskForm onSent={setSentTo} />
          ) : (
            <Sent email={sentTo} onAnother={() => setSentTo(null)} />
          )}
        </div>
      </main>
      <PortalFoot />
    </div>
  );
}
