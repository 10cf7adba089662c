import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Asked } from "./api";
import FilledForm from "./components/FilledForm";
import FormLanguage from "./components/FormLanguage";
import { Sent } from "./components/Sent";
import classes from "./EmbeddedForm.module.css";
import { useFrameHeight } from "./frameHeight";
import { usePortalTitle } from "./portalTitle";

/** A form alone at its public address, also in a frame of another site. */
export default function EmbeddedForm({ formKey }: { formKey: string }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [language, setLanguage] = useState("en");
  const sent = (one: Asked, spoken: string) => {
    setAsked(one);
    setLanguage(spoken);
  };
  const content = useFrameHeight<HTMLElement>(formKey);
  return (
    <main ref={content} className={classes.page}>
      {asked ? (
        <FormLanguage language={language}>
          <SentTitle />
          <Sent asked={asked} onAnother={() => setAsked(null)} />
        </FormLanguage>
      ) : (
        <FilledForm formKey={formKey} isPublic onSent={sent} />
      )}
    </main>
  );
}

function SentTitle() {
  const { t } = useTranslation();
  usePortalTitle();
  return <h1 className={classes.title}>{t("sent.title")}</h1>;
}
