import "@/app/pageTexts";
import { useTranslation } from "react-i18next";
import { noticeText } from "@/api/notice";
import type { KeptMail } from "@/api/types";
import classes from "./OutboxMailPane.module.css";

/** What was found out about a mail: who sent it, what filters and the scanner said, its signature. */
export function Evidence({ mail }: { mail: KeptMail }) {
  const { t } = useTranslation();
  const { evidence, signature } = mail;
  return (
    <>
      {evidence && <dt>{t("mail.sender")}</dt>}
      {evidence && (
        <dd className={evidence.proof.verdict === "failed" ? classes.bad : ""}>
          {t(`mail.proof.${evidence.proof.verdict}`)}
          <span className={classes.quiet}>
            {" "}
            {noticeText(evidence.proof.notice, evidence.proof.words)}
          </span>
        </dd>
      )}
      {evidence?.spam.score != null && <dt>{t("mail.spamScore")}</dt>}
      {evidence?.spam.score != null && <dd>{evidence.spam.score}</dd>}
      {evidence?.scan && <dt>{t("mail.scan")}</dt>}
      {evidence?.scan && (
        <dd className={evidence.scan.verdict === "clean" ? "" : classes.bad}>
          {t(`mail.scanned.${evidence.scan.verdict}`)}{" "}
          {noticeText(evidence.scan.notice, evidence.scan.words)}
        </dd>
      )}
      {signature && <dt>{t("signature.label")}</dt>}
      {signature && (
        <dd className={signature.state === "invalid" ? classes.bad : ""}>
          {t(`signature.state.${signature.state}`, { signer: signature.signer ?? "" })}
          {signature.words && (
            <span className={classes.quiet}> {noticeText(signature.notice, signature.words)}</span>
          )}
        </dd>
      )}
    </>
  );
}
