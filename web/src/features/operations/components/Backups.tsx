import { UnstyledButton } from "@mantine/core";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocked } from "@/app/settings/SettingsPage";
import { useLayout } from "@/app/shell/paneLayout";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Icon } from "@/ui/Icon";
import { TimeStamp } from "@/ui/RelativeTime";
import {
  type Backup,
  isUnderWay,
  OPERATIONS_MANAGE,
  type OperationRequest,
  type Operations,
  useOperationActions,
} from "../api";
import { sizesText, spanText } from "../findings";
import classes from "./Backups.module.css";

/** Every backup with its proof; one that was never restored and compared does not count. */
export function Backups({ operations }: { operations: Operations }) {
  const { t } = useTranslation();
  const { ask } = useOperationActions();
  const locked = useLocked(OPERATIONS_MANAGE);
  const { phone } = useLayout();
  const { backups } = operations;
  const asked = operations.requests.filter(({ verb }) => verb === "backup" || verb === "verify");
  const latest = asked[0];
  const running = asked.some(isUnderWay);
  return (
    <Card
      title={t("operations.backups")}
      hint={phone ? undefined : t("operations.backupsHint")}
      action={
        <Button
          disabled={locked}
          busy={running || ask.isPending}
          onClick={() => ask.mutate("backup")}
        >
          {running ? t("operations.backingUp") : t("operations.backUp")}
        </Button>
      }
    >
      {latest && <Asked request={latest} backups={backups} />}
      {backups.length === 0 ? (
        !running && <p className={classes.none}>{t("operations.noBackups")}</p>
      ) : (
        <>
          <div className={`${classes.row} ${classes.heads}`} aria-hidden="true">
            <span>{t("operations.taken")}</span>
            <span>{t("operations.proof")}</span>
            <span className={classes.kept}>{t("operations.kept")}</span>
            <span>{t("operations.recovery")}</span>
            <span>{t("operations.size")}</span>
          </div>
          <ul>
            {backups.map((backup) => (
              <BackupRow key={backup.stamp} backup={backup} />
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}

/** What was asked for last, while it runs and when it failed; a success shows as a backup. */
function Asked({ request, backups }: { request: OperationRequest; backups: Backup[] }) {
  const { t } = useTranslation();
  const newer = backups.some(({ made_at }) => Date.parse(made_at) > Date.parse(request.at));
  if (request.state === "done" || (request.state === "failed" && newer)) return null;
  const failed = request.state === "failed";
  return (
    <div className={classes.asked} data-failed={failed || undefined} role="status">
      <Icon name={failed ? "warn" : "clock"} />
      <div>
        <p>
          {t(`operations.request.${request.state}`, {
            verb: t(`operations.verb.${request.verb}`),
            name: request.asked_by,
          })}{" "}
          <TimeStamp at={request.at} className={classes.quiet} />
        </p>
        {request.words && <pre>{request.words}</pre>}
      </div>
    </div>
  );
}

function BackupRow({ backup }: { backup: Backup }) {
  const { t, i18n } = useTranslation();
  const panel = useId();
  const [open, setOpen] = useState(false);
  const { proof } = backup;
  return (
    <li className={classes.item}>
      <UnstyledButton
        className={classes.row}
        aria-expanded={open}
        aria-controls={panel}
        onClick={() => setOpen(!open)}
      >
        <TimeStamp at={backup.made_at} className={classes.taken} />
        <Proof backup={backup} />
        <span className={`${classes.kept} cut`}>{keptText(backup, t("operations.here"))}</span>
        <span className={classes.number}>
          {proof?.state === "proven" && proof.recovery_seconds != null
            ? spanText(proof.recovery_seconds, t)
            : t("operations.notKnown")}
        </span>
        <span className={`${classes.number} ${classes.quiet}`}>
          {sizesText(backup, i18n.language, t)}
        </span>
        <Icon name="down" className={classes.turn} />
      </UnstyledButton>
      {open && <Details id={panel} backup={backup} />}
    </li>
  );
}

function Proof({ backup: { proof, tickets } }: { backup: Backup }) {
  const { t } = useTranslation();
  if (!proof)
    return (
      <span className={classes.proof}>
        <Icon name="clock" />
        <span className="cut">{t("operations.unproven")}</span>
      </span>
    );
  if (proof.state === "failed")
    return (
      <span className={classes.proof} data-state="failed">
        <Icon name="x" />
        <span className="cut">{proof.failures?.[0] ?? t("operations.proofFailed")}</span>
      </span>
    );
  return (
    <span className={classes.proof} data-state="proven">
      <Icon name="seal" />
      <span className="cut">{t("operations.proven", { count: tickets ?? 0 })}</span>
    </span>
  );
}

/** What the proof looked at, and what became of the copies. */
function Details({ id, backup }: { id: string; backup: Backup }) {
  const { t } = useTranslation();
  const { proof, copies = [] } = backup;
  return (
    <div id={id} className={classes.details}>
      {proof?.failures?.map((failure) => (
        <p key={failure} className={classes.bad}>
          {failure}
        </p>
      ))}
      <ul>
        {proof?.checks?.map((check) => (
          <li key={check.what}>
            <Icon
              name={check.ok ? "check" : "x"}
              className={check.ok ? classes.good : classes.bad}
            />
            <b>{check.what}</b> <span>{check.evidence}</span>
          </li>
        ))}
        {copies.map((copy) => (
          <li key={copy.to}>
            <Icon
              name={copy.error ? "x" : "copy"}
              className={copy.error ? classes.bad : classes.good}
            />
            <b>{copy.to}</b> <span>{copy.error || t("operations.copied_there")}</span>
          </li>
        ))}
      </ul>
      <p className={classes.quiet}>
        {t("operations.backupOf", {
          version: backup.version,
          stamp: backup.stamp,
          kept: keptText(backup, t("operations.here")),
        })}
      </p>
    </div>
  );
}

function keptText({ copies = [] }: Backup, here: string): string {
  const there = copies.filter(({ error }) => !error).map(({ to }) => to);
  return [here, ...there].join(", ");
}
