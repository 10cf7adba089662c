import "@/app/pageTexts";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { noticeText } from "@/api/notice";
import type { IncomingMail, IncomingState } from "@/api/types";
import { sizeText } from "@/lib/sizes";
import { Icon, type IconName } from "@/ui/Icon";
import { RelativeTime } from "@/ui/RelativeTime";
import type { MailSearch } from "../search";
import classes from "./MailLine.module.css";

export const drawing: Record<IncomingState, IconName> = {
  received: "clock",
  ticketed: "plus",
  appended: "reply",
  quarantined: "warn",
  refused: "x",
};

/** A received mail in a list: what became of it, why, and from whom. */
export function IncomingLine({ mail, search }: { mail: IncomingMail; search: MailSearch }) {
  const { t, i18n } = useTranslation();
  const held = mail.state === "quarantined";
  const state = mail.cause && held ? t(`mail.cause.${mail.cause}`) : stateText(mail);
  function stateText({ state, deleted }: IncomingMail) {
    return deleted ? t("mail.wasDeleted") : t(`mail.incomingState.${state}`);
  }
  return (
    <Link
      to="/desk/outbox"
      search={{ ...search, mail: String(mail.id) }}
      className={`${classes.line} ${classes.link}`}
      aria-current={search.mail === String(mail.id) ? "true" : undefined}
    >
      <Icon name={drawing[mail.state]} className={held ? classes.bad : ""} />
      <span className={classes.words}>
        <bdi className={`${classes.subject} cut`} data-whole>
          {mail.subject || t("mail.noSubject")}
        </bdi>
        <span className={classes.meta}>
          <span className={`${classes.state} ${held ? classes.bad : ""}`}>{state}</span>
          <bdi className="cut">{mail.from}</bdi>
          {mail.reason && <bdi className="cut">{noticeText(mail.reason_notice, mail.reason)}</bdi>}
        </span>
      </span>
      <span className={classes.end}>
        {mail.ticket_number !== null && (
          <span className={classes.number}>#{mail.ticket_number}</span>
        )}
        <span>{sizeText(mail.size, i18n.language)}</span>
        <RelativeTime at={mail.received_at} />
      </span>
    </Link>
  );
}
