import "./texts";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";
import { Page } from "@/app/settings/SettingsPage";
import { readersZone } from "@/lib/timeZone";
import { toast } from "@/lib/toast";
import { Card } from "@/ui/Card";
import { SelectField, SwitchField, TextField } from "@/ui/Form";
import { ErrorState, Skeleton } from "@/ui/States";
import { type Choice, type NotificationSettings, preferencesQuery, useChoose } from "./api";
import type { CardProps } from "./cards";
import classes from "./PreferencesPage.module.css";
import { PushCard } from "./PushCard";
import { ReasonsCard } from "./ReasonsCard";

const absences = ["hold", "deputy", "send"] as const;
const NIGHT = { begin: "18:30:00", end: "07:30:00" };

/** What reaches the reader, for each reason, and when mail and push wait. */
export function PreferencesPage() {
  const answer = useQuery(preferencesQuery);
  return (
    <Page section="notifications">
      {answer.data && <Preferences settings={answer.data} />}
      {!answer.data && answer.error && (
        <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />
      )}
      {!answer.data && !answer.error && <Skeleton rows={6} height={36} />}
    </Page>
  );
}

function Preferences({ settings }: { settings: NotificationSettings }) {
  const { t } = useTranslation();
  const choose = useChoose();
  const save = (choice: Choice) =>
    choose.mutate(choice, {
      onSuccess: () => toast.show({ message: t("notifyMe.saved") }),
      onError: (error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    });
  return (
    <>
      <ReasonsCard settings={settings} save={save} />
      <DigestCard settings={settings} save={save} />
      <QuietCard settings={settings} save={save} />
      <AbsenceCard settings={settings} save={save} />
      <PushCard settings={settings} save={save} />
    </>
  );
}

/** The time of the daily mail; shown where something is told once a day. */
function DigestCard({ settings: { reasons, digest }, save }: CardProps) {
  const { t } = useTranslation();
  if (!Object.values(reasons).some(({ mail, frequency }) => mail && frequency === "daily"))
    return null;
  const change = (part: "at" | "zone", value: string) => {
    if (value && value !== digest[part]) save({ digest: { ...digest, [part]: value } });
  };
  return (
    <Card title={t("notifyMe.digest")} hint={t("notifyMe.digestHint")} padded>
      <div className={classes.times}>
        <TextField
          name="at"
          type="time"
          label={t("notifyMe.digestAt")}
          defaultValue={digest.at.slice(0, 5)}
          onBlur={(event) => change("at", event.currentTarget.value)}
        />
        <TextField
          name="digest_zone"
          label={t("notifyMe.zone")}
          defaultValue={digest.zone}
          onBlur={(event) => change("zone", event.currentTarget.value.trim())}
        />
      </div>
    </Card>
  );
}

/** What becomes of mail and push while the reader is away. */
function AbsenceCard({ settings: { in_absence, absent_until: until }, save }: CardProps) {
  const { t, i18n } = useTranslation();
  const now = until
    ? t("notifyMe.awayNow", { date: new Date(until).toLocaleDateString(i18n.language) })
    : "";
  return (
    <Card title={t("notifyMe.absence")} hint={`${t("notifyMe.absenceHint")} ${now}`} padded>
      <SelectField
        name="in_absence"
        label={t("notifyMe.inAbsence")}
        value={in_absence}
        data={absences.map((value) => ({ value, label: t(`notifyMe.${value}`) }))}
        onChange={({ currentTarget }) =>
          save({ in_absence: currentTarget.value as NotificationSettings["in_absence"] })
        }
      />
    </Card>
  );
}

function QuietCard({ settings: { quiet }, save }: CardProps) {
  const { t } = useTranslation();
  const change = (part: "begin" | "end" | "zone", value: string) => {
    if (quiet && value && value !== quiet[part]) save({ quiet: { ...quiet, [part]: value } });
  };
  return (
    <Card title={t("notifyMe.quiet")} hint={t("notifyMe.quietHint")} padded>
      <SwitchField
        name="quiet"
        label={t("notifyMe.quietOn")}
        checked={quiet !== null}
        onChange={() => save({ quiet: quiet ? null : { ...NIGHT, zone: readersZone() } })}
      />
      {quiet && (
        <div className={classes.times}>
          {(["begin", "end"] as const).map((part) => (
            <TextField
              key={part}
              name={part}
              type="time"
              label={t(`notifyMe.${part}`)}
              defaultValue={quiet[part].slice(0, 5)}
              onBlur={(event) => change(part, event.currentTarget.value)}
            />
          ))}
          <TextField
            name="zone"
            label={t("notifyMe.zone")}
            defaultValue={quiet.zone}
            onBlur={(event) => change("zone", event.currentTarget.value.trim())}
          />
        </div>
      )}
    </Card>
  );
}
