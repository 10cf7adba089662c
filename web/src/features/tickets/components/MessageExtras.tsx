import "@/app/pageTexts";
import { useTranslation } from "react-i18next";
import { noticeText } from "@/api/notice";
import type { Invitation, MailSignature, MessageItem } from "@/api/types";
import { Icon } from "@/ui/Icon";
import classes from "./MessageExtras.module.css";

/** What a mail brought beside its text: events, a signature, and who forwarded it. */
export function MessageExtras({ extras }: { extras: MessageItem["extras"] }) {
  const { t } = useTranslation();
  if (!extras || !(extras.forwarded_by || extras.invitations?.length || extras.signature))
    return null;
  return (
    <div className={classes.extras}>
      {extras.forwarded_by && (
        <p className={classes.quiet}>
          <Icon name="go" size={14} /> {t("ticket.forwardedBy", { name: extras.forwarded_by })}
        </p>
      )}
      {extras.invitations?.map((one) => (
        <Event key={`${one.summary} ${one.starts}`} event={one} />
      ))}
      {extras.signature && <Signature signature={extras.signature} />}
    </div>
  );
}

const known = ["request", "publish", "reply", "cancel", "counter"] as const;

function Event({ event }: { event: Invitation }) {
  const { t, i18n } = useTranslation();
  const method = known.find((one) => one === event.method.toLowerCase()) ?? "other";
  const when = whenText(event, i18n.language, t("invitation.allDay"));
  return (
    <section className={classes.event} aria-label={t(`invitation.method.${method}`)}>
      <header className={classes.what}>
        <Icon name="clock" />
        <span className={classes.method}>{t(`invitation.method.${method}`)}</span>
        <bdi className="cut">{event.summary}</bdi>
      </header>
      <dl className={classes.facts}>
        {when && <dt>{t("invitation.when")}</dt>}
        {when && <dd>{when}</dd>}
        {event.where && <dt>{t("invitation.where")}</dt>}
        {event.where && <dd>{event.where}</dd>}
        {event.organizer && <dt>{t("invitation.organizer")}</dt>}
        {event.organizer && (
          <dd>
            <bdi>{event.organizer.name || event.organizer.address}</bdi>
          </dd>
        )}
        {event.repeats && <dt>{t("invitation.repeats")}</dt>}
        {event.repeats && <dd>{event.repeats}</dd>}
      </dl>
    </section>
  );
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** When an event is, in this reader's words; a whole day as a day, whatever the zone. */
function whenText({ starts, ends, zone }: Invitation, locale: string, allDay: string): string {
  if (!starts) return ends ? momentText(ends, locale) : "";
  if (DAY.test(starts)) {
    const days = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
    return `${days.format(new Date(starts))}, ${allDay}`;
  }
  const written = ends ? [starts, ends] : [starts];
  const text = written.map((moment) => momentText(moment, locale)).join(" – ");
  return zone && !/[+-]\d\d:\d\d$|Z$/.test(starts) ? `${text} (${zone})` : text;
}

function momentText(moment: string, locale: string): string {
  const style = { dateStyle: "medium", timeStyle: "short" } as const;
  return new Intl.DateTimeFormat(locale, style).format(new Date(moment));
}

function Signature({ signature }: { signature: MailSignature }) {
  const { t } = useTranslation();
  const bad = signature.state === "invalid";
  const good = signature.state === "valid";
  return (
    <p
      className={bad ? classes.bad : good ? classes.good : classes.quiet}
      title={noticeText(signature.notice, signature.words ?? "")}
    >
      <Icon name={signature.state === "encrypted" ? "lock" : bad ? "warn" : "seal"} size={14} />{" "}
      {t(`signature.state.${signature.state}`, { signer: signature.signer ?? "" })}
    </p>
  );
}
