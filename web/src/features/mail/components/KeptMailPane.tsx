import "@/app/pageTexts";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { noticeText } from "@/api/notice";
import type { KeptMail } from "@/api/types";
import { sizeText } from "@/lib/sizes";
import { IconButton } from "@/ui/Button";
import { HtmlFrame } from "@/ui/HtmlFrame";
import { Icon } from "@/ui/Icon";
import { Bar, BarTitle, Pane } from "@/ui/Pane";
import { PlainText } from "@/ui/PlainText";
import { TimeStamp } from "@/ui/RelativeTime";
import { Segments } from "@/ui/Segments";
import { ErrorState, Skeleton } from "@/ui/States";
import { keptMailQuery } from "../api";
import { Evidence } from "./Evidence";
import { KeptMailActions } from "./KeptMailActions";
import classes from "./OutboxMailPane.module.css";
import { Reparse } from "./Reparse";

const route = getRouteApi("/desk/outbox");

/** One received mail: what it says, safely; what is known of it; what can be done. */
export function KeptMailPane({ id }: { id: number }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = route.useSearch();
  const query = useQuery(keptMailQuery(id));
  const close = () => void navigate({ to: "/desk/outbox", search: { ...search, mail: undefined } });
  return (
    <Pane label={t("mail.kept")}>
      <Bar>
        <BarTitle>{t("mail.kept")}</BarTitle>
        <span className="grow" />
        {query.data && <KeptMailActions mail={query.data} onDone={close} />}
        <IconButton icon="x" label={t("dialog.close")} onClick={close} />
      </Bar>
      {query.isPending && <Skeleton rows={6} height={48} />}
      {query.error && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <Content mail={query.data as KeptMail} />}
    </Pane>
  );
}

const shapes = ["html", "text", "headers"] as const;

function Content({ mail }: { mail: KeptMail }) {
  const { t } = useTranslation();
  const [shape, setShape] = useState<(typeof shapes)[number]>(mail.html ? "html" : "text");
  const filed = mail.state === "ticketed" || mail.state === "appended";
  return (
    <div className={classes.scroll}>
      <Facts mail={mail} />
      {filed && <Reparse id={mail.id} />}
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
        {mail.erased && <p>{t("mail.erased")}</p>}
        {mail.shortened && <p className={classes.quiet}>{t("mail.shortened")}</p>}
        {shape === "html" && mail.html && (
          <HtmlFrame
            html={mail.html}
            withRemoteImages={false}
            suspected={!filed}
            title={t("mail.kept")}
          />
        )}
        {shape === "text" && <PlainText text={mail.text} />}
        {shape === "headers" && (
          <pre className={classes.headers}>
            {mail.headers.map(([name, value]) => `${name}: ${value}`).join("\n")}
          </pre>
        )}
      </div>
    </div>
  );
}

function Facts({ mail }: { mail: KeptMail }) {
  const { t, i18n } = useTranslation();
  const held = mail.state === "quarantined";
  const state = mail.deleted ? t("mail.wasDeleted") : t(`mail.incomingState.${mail.state}`);
  return (
    <dl className={classes.facts}>
      <dt>{t("mail.stateLabel")}</dt>
      <dd className={held ? classes.bad : ""}>
        {mail.cause ? t(`mail.cause.${mail.cause}`) : state}
        {mail.reason && `: ${noticeText(mail.reason_notice, mail.reason)}`}
      </dd>
      <dt>{t("mail.from")}</dt>
      <dd>
        <bdi>{mail.from}</bdi>
        {mail.envelope_from && mail.from !== mail.envelope_from && (
          <span className={classes.quiet}> {t("mail.envelope", { from: mail.envelope_from })}</span>
        )}
      </dd>
      <Evidence mail={mail} />
      <dt>{t("mail.toLabel")}</dt>
      <dd>{mail.envelope_to.join(", ")}</dd>
      <dt>{t("mail.subject")}</dt>
      <dd className={classes.subject}>{mail.subject || t("mail.noSubject")}</dd>
      <dt>{t("mail.received")}</dt>
      <dd>
        <TimeStamp at={mail.received_at} />
        {mail.peer && <span className={classes.quiet}> {t("mail.peer", { peer: mail.peer })}</span>}
      </dd>
      {mail.files.length > 0 && <dt>{t("mail.files")}</dt>}
      {mail.files.length > 0 && (
        <dd>
          {mail.files
            .map((file) => `${file.filename} (${sizeText(file.size, i18n.language)})`)
            .join(", ")}
        </dd>
      )}
      {mail.problems.length > 0 && <dt>{t("mail.oddities")}</dt>}
      {mail.problems.length > 0 && (
        <dd>{mail.problem_notices.map((odd) => noticeText(odd, odd.text)).join("; ")}</dd>
      )}
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
      {!mail.erased && <dt>{t("mail.source")}</dt>}
      {!mail.erased && (
        <dd>
          <a href={`/api/v1/mails/${mail.id}/raw`} download className={classes.link}>
            <Icon name="download" /> {t("mail.download")}
          </a>
        </dd>
      )}
    </dl>
  );
}
