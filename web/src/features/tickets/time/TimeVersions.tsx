import { useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { TimeStamp } from "@/ui/RelativeTime";
import { ErrorState, Skeleton } from "@/ui/States";
import { type TimeActivity, type TimeEntry, type TimeVersion, versionsQuery } from "./api";
import { durationText } from "./duration";
import classes from "./Time.module.css";

const shown = ["seconds", "started_at", "activity_id", "billable", "note"] as const;
type Shown = (typeof shown)[number];
const verbs = {
  "time.log": "time_log",
  "time.edit": "time_edit",
  "time.delete": "time_delete",
} as const;

type TimeVersionsProps = { entry: TimeEntry; activities: readonly TimeActivity[] };

/** Who entered and changed a time, when, and what it said before. */
export function TimeVersions({ entry, activities }: TimeVersionsProps) {
  const { t } = useTranslation();
  const answer = useQuery(versionsQuery(entry.id));
  if (answer.error)
    return <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />;
  if (!answer.data) return <Skeleton rows={2} height={32} />;
  return (
    <section aria-label={t("timeEntry.historyTitle")}>
      <h3 className={classes.heading}>{t("timeEntry.historyTitle")}</h3>
      <ol>
        {answer.data.map((version) => (
          <li key={version.change_id} className={classes.version}>
            <span className={classes.line}>
              <span>
                <bdi>{version.actor_name ?? t("timeEntry.versionUnknown")}</bdi>{" "}
                {verbOf(version, t)}
              </span>
              <TimeStamp at={version.at} className={classes.at} />
            </span>
            <Difference version={version} activities={activities} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function verbOf({ command }: TimeVersion, t: TFunction): string {
  const verb = verbs[command as keyof typeof verbs];
  return verb ? t(`timeEntry.versionOf.${verb}`) : t("timeEntry.versionUndone");
}

function Difference({
  version,
  activities,
}: { version: TimeVersion } & Pick<TimeVersionsProps, "activities">) {
  const { t, i18n } = useTranslation();
  const say = (name: Shown, value: unknown): string => {
    if (value === null || value === undefined || value === "") return t("timeEntry.empty");
    if (name === "seconds") return durationText(Number(value), t, i18n.language);
    if (name === "billable") return t(value ? "timeEntry.yes" : "timeEntry.no");
    if (name === "started_at") return new Date(String(value)).toLocaleString(i18n.language);
    if (name === "activity_id")
      return activities.find(({ id }) => id === value)?.name ?? t("timeEntry.empty");
    return String(value);
  };
  const fields = shown.filter((name) => name in version.new && version.command !== "time.log");
  return (
    <ul className={classes.quiet}>
      {fields.map((name) => (
        <li key={name}>
          {t(`timeEntry.field.${name}`)}: <s>{say(name, version.old[name])}</s>{" "}
          {say(name, version.new[name])}
        </li>
      ))}
    </ul>
  );
}
