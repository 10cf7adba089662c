import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Asked, portalQuery } from "./api";
import FilledForm from "./components/FilledForm";
import { Sent } from "./components/Sent";
import classes from "./EmbeddedForm.module.css";
import { useFrameHeight } from "./frameHeight";

/** A form alone at its public address, also in a frame of another site. */
export default function EmbeddedForm({ formKey }: { formKey: string }) {
  const { t } = useTranslation();
  const home = useQuery(portalQuery).data;
  const [asked, setAsked] = useState<Asked | null>(null);
  const content = useFrameHeight<HTMLElement>(formKey);
  useDocumentTitle(t("portal.home", { name: home?.workspace_name ?? "ATUM DESK" }));
  return (
    <main ref={content} className={classes.page}>
      {asked ? (
        <>
          <h1 className={classes.title}>{t("sent.title")}</h1>
          <Sent asked={asked} onAnother={() => setAsked(null)} />
        </>
      ) : (
        <FilledForm formKey={formKey} isPublic onSent={setAsked} />
      )}
    </main>
  );
}
