import "./texts";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";
import { Page } from "@/app/settings/SettingsPage";
import { readersZone } from "@/lib/timeZone";
import { toast } from "@/lib/toast";
import { Card } from "@/ui/Card";
import { CheckBox } from "@/ui/CheckBox";
import { SwitchField, TextField } from "@/ui/Form";
import { ErrorState, Skeleton } from "@/ui/States";
import { type NotificationSettings, preferencesQuery, type Reason, useChoose } from "./api";
import classes from "./PreferencesPage.module.css";

const ways = ["desk", "mail"] as const;
const NIGHT = { begin: "18:30:00", end: "07:30:00" };

/** What reaches the reader, for each reason, and when mail waits. */
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
  const save = (body: Parameters<typeof choose.mutate>[0]) =>
    choose.mutate(body, {
      onSuccess: () => toast.show({ message: t("notifyMe.saved") }),
      onError: (error) => toast.show({ message: asProblem(error).message, tone: "bad" }),
    });
  return (
    <>
      <ReasonsCard settings={settings} save={save} />
      <QuietCard settings={settings} save={save} />
    </>
  );
}

type CardProps = {
  settings: NotificationSettings;
  save: (body: Parameters<ReturnType<typeof useChoose>["mutate"]>[0]) => void;
};

function ReasonsCard({ settings, save }: CardProps) {
  const { t } = useTranslation();
  return (
    <Card title={t("notifyMe.reasons")} hint={t("notifyMe.reasonsHint")}>
      <table className={classes.reasons}>
        <thead>
          <tr>
            <th scope="col">{t("notifyMe.reason")}</th>
            {ways.map((way) => (
              <th key={way} scope="col">
                {t(`notifyMe.${way}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {(Object.keys(settings.reasons) as Reason[]).map((reason) => (
            <tr key={reason}>
              <th scope="row">{t(`notifyMe.when.${reason}`)}</th>
              {ways.map((way) => {
                const held = settings.reasons[reason] ?? { desk: false, mail: false };
                return (
                  <td key={way}>
                    <CheckBox
                      checked={held[way]}
                      label={t("notifyMe.tick", {
                        reason: t(`notifyMe.when.${reason}`),
                        way: t(`notifyMe.${way}`),
                      })}
                      onChange={() =>
                        save({ reasons: { [reason]: { ...held, [way]: !held[way] } } })
                      }
                    />
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
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
