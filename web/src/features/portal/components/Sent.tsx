import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { Icon, type IconName } from "@/ui/Icon";
import type { Asked } from "../api";
import classes from "./Sent.module.css";

type SentProps = { asked: Asked; onAnother: () => void };

/** After asking: the number, where the confirmation went, and what comes now. */
export function Sent({ asked, onAnother }: SentProps) {
  const { t } = useTranslation();
  const steps: [IconName, string][] = [
    ["mail", t("sent.stepMail")],
    ["user", t("sent.stepAnswer")],
    ["reply", t("sent.stepReply")],
  ];
  return (
    <section className={classes.sent}>
      <dl className={classes.facts}>
        <dt>{t("sent.number")}</dt>
        <dd className={classes.number}>#{asked.number}</dd>
        <dt>{t("sent.confirmation")}</dt>
        <dd dir="ltr">{asked.sent_to}</dd>
      </dl>
      <h2 className={classes.next}>{t("sent.next")}</h2>
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
