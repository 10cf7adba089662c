import "./texts";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { RedactNote } from "@/app/redaction/RedactNote";
import { Button } from "@/ui/Button";
import { EditDialog } from "@/ui/EditDialog";
import { SelectField, SwitchField, TextAreaField, TextField } from "@/ui/Form";
import { useRecord } from "@/ui/record";
import { activitiesQuery, type TimeActivity, type TimeEntry, timeKeys } from "./api";
import { durationText, MOST_SECONDS, secondsOf, typedDuration } from "./duration";
import { localInput, momentOf } from "./localInput";
import { TimeVersions } from "./TimeVersions";

type TimeEntryDialogProps = {
  number: number;
  /** Without one time is entered. */
  entry?: TimeEntry;
  /** What a timer measured; saving ends it. */
  measured?: { seconds: number; startedAt: string };
  onReload?: () => Promise<TimeEntry | undefined>;
  onClose: () => void;
};

const DEFAULT_SECONDS = 900;

function fieldsOf(entry?: TimeEntry, measured?: TimeEntryDialogProps["measured"]) {
  const seconds = entry?.seconds ?? Math.min(measured?.seconds ?? DEFAULT_SECONDS, MOST_SECONDS);
  const startedAt = entry?.started_at ?? measured?.startedAt;
  return {
    seconds: typedDuration(seconds),
    started_at: localInput(startedAt ? new Date(startedAt) : beforeNow(seconds)),
    activity_id: entry?.activity_id ? String(entry.activity_id) : "",
    billable: entry?.billable ?? true,
    note: entry?.note ?? "",
  };
}

const beforeNow = (seconds: number) => new Date(Date.now() - 1000 * seconds);

/** Time of one ticket: how long, when, what of, and whether it is billable. */
export function TimeEntryDialog(props: TimeEntryDialogProps) {
  const { number, entry, measured, onReload, onClose } = props;
  const { t, i18n } = useTranslation();
  const { data: activities = [] } = useQuery(activitiesQuery);
  const [showsVersions, setShowsVersions] = useState(false);
  const record = useRecord({
    stored: entry,
    fieldsOf: (stored?: TimeEntry) => fieldsOf(stored, measured),
    words: {
      seconds: t("timeEntry.duration"),
      started_at: t("timeEntry.startedAt"),
      activity_id: t("timeEntry.activity"),
      billable: t("timeEntry.billable"),
      note: t("timeEntry.note"),
    },
    onReload,
    onClose,
    check: ({ seconds }) =>
      secondsOf(seconds) === null
        ? [{ field: "seconds", message: t("timeEntry.durationWrong") }]
        : [],
    save: (values, changed, version) =>
      entry
        ? write(
            client.PATCH("/api/v1/time-entries/{entry_id}", {
              params: { path: { entry_id: entry.id } },
              body: { ...bodyOf(changed), version },
            }),
          )
        : write(
            client.POST("/api/v1/tickets/{number}/time-entries", {
              params: { path: { number } },
              body: {
                ...bodyOf(values),
                note: values.note,
                seconds: secondsOf(values.seconds) ?? 0,
                timer: Boolean(measured),
              },
            }),
          ),
    said: ({ seconds }) =>
      entry
        ? t("timeEntry.changed")
        : t("timeEntry.entered", {
            time: durationText(secondsOf(seconds) ?? 0, t, i18n.language),
            number: String(number),
          }),
    stale: [timeKeys.all],
  });
  const { values } = record;
  return (
    <EditDialog
      title={entry ? t("timeEntry.edit") : t("timeEntry.add")}
      {...record.dialog}
      // What was measured is worth saving as it stands.
      dirty={record.dialog.dirty || !entry}
      locked={entry?.can_edit === false}
      removal={
        entry && {
          label: t("timeEntry.delete"),
          title: t("timeEntry.deleteTitle"),
          onRemove: () =>
            record.remove(
              () =>
                write(
                  client.DELETE("/api/v1/time-entries/{entry_id}", {
                    params: { path: { entry_id: entry.id } },
                  }),
                ),
              t("timeEntry.deleted", {
                time: durationText(entry.seconds, t, i18n.language),
                name: entry.person_name,
              }),
            ),
        }
      }
      extra={
        entry && (
          <>
            <Button type="button" size="l" onClick={() => setShowsVersions(!showsVersions)}>
              {t("timeEntry.history")}
            </Button>
            {entry.note !== "" && (
              <RedactNote kind="time_entry" id={entry.id} old={[timeKeys.all]} onDone={onClose} />
            )}
          </>
        )
      }
    >
      {measured && measured.seconds > MOST_SECONDS && <p>{t("timeEntry.timer.tooLong")}</p>}
      <TextField
        {...record.text("seconds")}
        label={t("timeEntry.duration")}
        description={t("timeEntry.durationHint")}
        maxLength={20}
        data-autofocus
      />
      <TextField
        {...record.text("started_at")}
        type="datetime-local"
        label={t("timeEntry.startedAt")}
        required
      />
      <SelectField
        {...record.text("activity_id")}
        label={t("timeEntry.activity")}
        data={optionsOf(activities, entry, t("timeEntry.noActivity"), (name) =>
          t("timeEntry.retiredActivity", { name }),
        )}
        onChange={(event) => {
          const activity_id = event.currentTarget.value;
          const chosen = activities.find(({ id }) => String(id) === activity_id);
          record.set({ activity_id, billable: chosen?.billable ?? values.billable });
        }}
      />
      <SwitchField {...record.toggle("billable")} label={t("timeEntry.billable")} />
      <TextAreaField
        {...record.text("note")}
        label={t("timeEntry.note")}
        minRows={2}
        maxLength={2000}
      />
      {entry && showsVersions && <TimeVersions entry={entry} activities={activities} />}
    </EditDialog>
  );
}

type Fields = ReturnType<typeof fieldsOf>;

/** What is sent of the fields that are given. */
function bodyOf({ seconds, started_at, activity_id, ...rest }: Partial<Fields>) {
  return {
    ...rest,
    ...(seconds === undefined ? {} : { seconds: secondsOf(seconds) ?? undefined }),
    ...(started_at === undefined ? {} : { started_at: momentOf(started_at) }),
    ...(activity_id === undefined ? {} : { activity_id: activity_id ? Number(activity_id) : null }),
  };
}

/** Those in use, and the one that the entry has. */
function optionsOf(
  activities: readonly TimeActivity[],
  entry: TimeEntry | undefined,
  none: string,
  retired: (name: string) => string,
) {
  const offered = activities.filter((one) => !one.retired || one.id === entry?.activity_id);
  return [
    { value: "", label: none },
    ...offered.map((one) => ({
      value: String(one.id),
      label: one.retired ? retired(one.name) : one.name,
    })),
  ];
}
