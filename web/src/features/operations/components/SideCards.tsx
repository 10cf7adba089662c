import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLocked } from "@/app/settings/SettingsPage";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { TimeStamp } from "@/ui/RelativeTime";
import { OPERATIONS_MANAGE, type Operations, type Service, useOperationActions } from "../api";
import { serviceName, spanText } from "../findings";
import classes from "./SideCards.module.css";
import { StateIcon } from "./StateIcon";

/** The processes and what they need, as each answered just now. */
export function Services({ services }: { services: Service[] }) {
  const { t } = useTranslation();
  return (
    <Card title={t("operations.services")}>
      <ul>
        {services.map((service) => (
          <li key={service.name} className={classes.service}>
            <StateIcon
              state={service.state}
              label={t(`operations.serviceState.${service.state}`)}
            />
            <b>{serviceName(service, t)}</b>
            <span className={classes.quiet}>
              <Said service={service} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Said({ service: { state, detail, ms } }: { service: Service }) {
  const { t, i18n } = useTranslation();
  if (state !== "off" && detail) return detail;
  if (state !== "ok" || ms == null) return t(`operations.serviceState.${state}`);
  const number = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 }).format(ms);
  return `${number}\u00a0ms`;
}

/** Mail on its way out and work in the background. */
export function Queues({ operations: { outbox, jobs } }: { operations: Operations }) {
  const { t } = useTranslation();
  const { retryJob } = useOperationActions();
  const locked = useLocked(OPERATIONS_MANAGE);
  return (
    <Card title={t("operations.queues")}>
      <dl className={classes.queues}>
        <Queue name={t("operations.mailOut")} count={outbox.queued ?? 0} />
        <Queue name={t("operations.mailFailed")} count={outbox.failed ?? 0} bad />
        <Queue name={t("operations.mailUnknown")} count={outbox.unknown ?? 0} bad />
        <Queue
          name={t("operations.jobsWaiting")}
          count={jobs.waiting ?? 0}
          hint={
            jobs.oldest_waiting_seconds != null
              ? t("operations.oldest", { span: spanText(jobs.oldest_waiting_seconds, t) })
              : ""
          }
        />
        <Queue name={t("operations.jobsRunning")} count={jobs.running ?? 0} />
        <Queue name={t("operations.jobsFailed")} count={jobs.failed ?? 0} bad />
      </dl>
      <ul>
        {jobs.failed_jobs?.map((job) => (
          <li key={job.id} className={classes.job}>
            <div>
              <b>{job.name}</b> <TimeStamp at={job.failed_at} className={classes.quiet} />
              <p>{job.error ?? t("operations.noError")}</p>
            </div>
            <Button
              size="s"
              icon="retry"
              disabled={locked}
              busy={retryJob.isPending && retryJob.variables === job.id}
              onClick={() => retryJob.mutate(job.id)}
            >
              {t("operations.tryAgain")}
            </Button>
          </li>
        ))}
      </ul>
      <p className={classes.foot}>
        <Link to="/desk/outbox" search={{}}>
          {t("operations.toMail")}
        </Link>
      </p>
    </Card>
  );
}

type QueueProps = { name: string; count: number; bad?: boolean; hint?: string };

function Queue({ name, count, bad = false, hint }: QueueProps) {
  const { i18n } = useTranslation();
  return (
    <div>
      <dt>{name}</dt>
      <dd data-bad={(bad && count > 0) || undefined}>
        {hint && <span className={classes.quiet}>{hint}</span>}
        {new Intl.NumberFormat(i18n.language).format(count)}
      </dd>
    </div>
  );
}

/** The release that runs and those that are kept to go back to. */
export function Releases({ operations: { releases, version } }: { operations: Operations }) {
  const { t } = useTranslation();
  const listed = releases.some((release) => release.current)
    ? releases
    : [{ version, current: true, note: "", since: null }, ...releases];
  return (
    <Card title={t("operations.releases")}>
      <ul>
        {listed.map((release) => (
          <li key={release.version} className={classes.release}>
            <p>
              <b>{release.version}</b>
              {release.current && <span className={classes.tag}>{t("operations.current")}</span>}
            </p>
            <p className={classes.quiet}>
              {release.since && (
                <>
                  {t("operations.since")} <TimeStamp at={release.since} />
                  {release.note && ", "}
                </>
              )}
              {release.note}
            </p>
          </li>
        ))}
      </ul>
      {releases.length > 1 && (
        <p className={classes.foot}>
          {t("operations.takeBack")} <code>infra/scripts/rollback.sh --to-release</code>
        </p>
      )}
    </Card>
  );
}
