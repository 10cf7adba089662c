import "@/app/pageTexts";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { noticeText } from "@/api/notice";
import { useOutboxActions } from "@/api/outbox";
import type { MailAddress, OutboxMail } from "@/api/types";
import { Button, IconButton } from "@/ui/Button";
import { HtmlFrame } from "@/ui/HtmlFrame";
import { Bar, BarTitle, Pane } from "@/ui/Pane";
import { PlainText } from "@/ui/PlainText";
import { TimeStamp } from "@/ui/RelativeTime";
import { Segments } from "@/ui/Segments";
import { ErrorState, Skeleton } from "@/ui/States";
import { MailStateIcon } from "@/ui/TicketIcons";
import { outboxMailQuery } from "../api";
import classes from "./OutboxMailPane.module.css";

const route = getRouteApi("/desk/outbox");

/** One outgoing mail as its reader will see it. */
export function OutboxMailPane({ id }: { id: number }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = route.useSearch();
  const query = useQuery(outboxMailQuery(id));
  return (
    <Pane label={t("mail.rendering")}>
      <Bar>
        <BarTitle>{t("mail.rendering")}</BarTitle>
        <span className="grow" />
        {query.data && <Actions mail={query.data} />}
        <IconButton
          icon="x"
          label={t("dialog.close")}
          onClick={() =>
            void navigate({ to: "/desk/outbox", search: { ...search, mail: undefined } })
          }
        />
      </Bar>
      {query.isPending && <Skeleton rows={6} height={48} />}
      {query.error && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <Rendering mail={query.data} />}
    </Pane>
  );
}

function Actions({ mail }: { mail: OutboxMail }) {
  const { t } = useTranslation();
  const { sendAgain, cancel, arrived, retime, busy } = useOutboxActions();
  const waits = mail.state === "held" || mail.state === "queued";
  const stopped = ["failed", "bounced", "cancelled", "unknown"].includes(mail.state);
  return (
    <>
      {mail.state === "held" && (
        <Button
          busy={busy}
          onClick={() => retime.mutate({ id: mail.id, version: mail.version, at: null })}
        >
          {t("outgoing.sendNow")}
        </Button>
      )}
      {mail.state === "unknown" && (
        <Button icon="check" busy={busy} onClick={() => arrived.mutate(mail.id)}>
          {t("outgoing.itArrived")}
        </Button>
      )}
      {waits && (
        <Button busy={busy} onClick={() => cancel.mutate(mail.id)}>
          {t("mail.cancel")}
        </Button>
      )}
      {stopped && (
        <Button look="line" icon="retry" busy={busy} onClick={() => sendAgain.mutate(mail.id)}>
          {t("mail.retry")}
        </Button>
      )}
    </>
  );
}

const shapes = ["html", "text", "headers"] as const;

function Rendering({ mail }: { mail: OutboxMail }) {
  const { t } = useTranslation();
  const [shape, setShape] = useState<(typeof shapes)[number]>(mail.html ? "html" : "text");
  return (
    <div className={classes.scroll}>
      <dl className={classes.facts}>
        <dt>{t("mail.stateLabel")}</dt>
        <dd className={classes.state}>
          <MailStateIcon state={mail.state} />
          {t(`mail.state.${mail.state}`)}
          {mail.attempts > 0 && ` (${t("mail.attempts", { count: mail.attempts })})`}
        </dd>
        {mail.last_error && <dt>{t("mail.error")}</dt>}
        {mail.last_error && (
          <dd className={classes.bad}>{noticeText(mail.last_error_notice, mail.last_error)}</dd>
        )}
        {mail.meaning && <dt>{t("outgoing.meaning")}</dt>}
        {mail.meaning && <dd>{noticeText(mail.meaning_notice, mail.meaning)}</dd>}
        {mail.reports.length > 0 && <dt>{t("outgoing.reports")}</dt>}
        {mail.reports.map((report) => (
          <dd key={report.recipient}>
            {t(`outgoing.reported.${report.action}`, { recipient: report.recipient })}
          </dd>
        ))}
        {mail.state === "held" && mail.send_at && <dt>{t("outgoing.sendsAt")}</dt>}
        {mail.state === "held" && mail.send_at && (
          <dd>
            <TimeStamp at={mail.send_at} />
          </dd>
        )}
        {mail.next_attempt_at && <dt>{t("mail.nextAttempt")}</dt>}
        {mail.next_attempt_at && (
          <dd>
            <TimeStamp at={mail.next_attempt_at} />
          </dd>
        )}
        <dt>{t("mail.from")}</dt>
        <dd>{addressText([mail.from])}</dd>
        <dt>{t("mail.toLabel")}</dt>
        <dd>{addressText(mail.to)}</dd>
        {mail.cc.length > 0 && <dt>{t("composer.cc")}</dt>}
        {mail.cc.length > 0 && <dd>{addressText(mail.cc)}</dd>}
        {mail.bcc.length > 0 && <dt>{t("composer.bcc")}</dt>}
        {mail.bcc.length > 0 && <dd>{addressText(mail.bcc)}</dd>}
        <dt>{t("mail.subject")}</dt>
        <dd className={classes.subject}>{mail.subject}</dd>
        {mail.ticket_number !== null && <dt>{t("mail.ticket")}</dt>}
        {mail.ticket_number !== null && (
          <dd>
            <Link
              to="/desk/tickets/$number"
              params={{ number: mail.ticket_number }}
              search={{}}
              className={classes.link}
            >
              #{mail.ticket_number}
            </Link>
          </dd>
        )}
      </dl>
      <div className={classes.shapes}>
        <Segments
          label={t("mail.shape")}
          value={shape}
          onChange={setShape}
          options={shapes
            .filter((one) => one !== "html" || mail.html)
            .map((one) => ({ value: one, label: t(`mail.shapes.${one}`) }))}
        />
      </div>
      <div className={classes.body}>
        {shape === "html" && mail.html && (
          <HtmlFrame html={mail.html} withRemoteImages={false} title={t("mail.rendering")} />
        )}
        {shape === "text" && <PlainText text={mail.text} />}
        {shape === "headers" && <Headers headers={mail.headers} />}
      </div>
    </div>
  );
}

function Headers({ headers }: { headers: OutboxMail["headers"] }) {
  return (
    <pre className={classes.headers}>
      {headers.map(([name, value]) => `${name}: ${value}`).join("\n")}
    </pre>
  );
}

function addressText(addresses: MailAddress[]): string {
  return addresses
    .map((one) => (one.name ? `${one.name} <${one.address}>` : one.address))
    .join(", ");
}
