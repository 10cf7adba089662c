import { useEffect, useRef } from "react";
import { Trans, useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { Icon, type IconName } from "@/ui/Icon";
import classes from "./Sent.module.css";

type SentProps = { email: string; onAnother: () => void };

/** After asking: where the confirmation went, and what comes now. */
export function Sent({ email, onAnother }: SentProps) {
  const { t } = useTranslation();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    title.current?.focus();
    window.scrollTo({ top: 0 });
  }, []);
  const steps: [IconName, string][] = [
    ["mail", t("sent.stepMail")],
    ["user", t("sent.stepAnswer")],
    ["reply", t("sent.stepReply")],
  ];
  return (
    <section className={classes.sent}>
      <span className={classes.seal}>
        <Icon name="check" size={20} />
      </span>
      <h2 className={classes.title} ref={title} tabIndex={-1}>
        {t("sent.title")}
      </h2>
      <p className={classes.where}>
        <Trans i18nKey="sent.confirmation" values={{ email }}>
          We sent a confirmation to <b dir="ltr">{email}</b>.
        </Trans>
      </p>
      <h3 className={classes.next}>{t("sent.next")}</h3>
      <ol className={classes.steps}>
        {steps.map(([icon, text]) => (
          <li key={icon}>
            <Icon name={icon} />
            {text}
          </li>
        ))}
      </ol>
      <p className={classes.missing}>{t("sent.missing")}</p>
      <Button look="line" size="l" onClick={onAnother}>
        {t("sent.another")}
      </Button>
    </section>
  );
}
