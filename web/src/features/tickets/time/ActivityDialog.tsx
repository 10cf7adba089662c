import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { needed } from "@/ui/checks";
import { EditDialog } from "@/ui/EditDialog";
import { SwitchField, TextField } from "@/ui/Form";
import { useRecord } from "@/ui/record";
import { type TimeActivity, timeKeys } from "./api";

type ActivityDialogProps = {
  /** Without one an activity is added. */
  activity?: TimeActivity;
  locked: boolean;
  onReload?: () => Promise<TimeActivity | undefined>;
  onClose: () => void;
};

const fieldsOf = (activity?: TimeActivity) => ({
  name: activity?.name ?? "",
  billable: activity?.billable ?? true,
  inUse: !(activity?.retired ?? false),
});

/** An activity: its name, whether time of it is billable, and whether it is offered. */
export function ActivityDialog({ activity, locked, onReload, onClose }: ActivityDialogProps) {
  const { t } = useTranslation();
  const record = useRecord({
    stored: activity,
    fieldsOf,
    words: {
      name: t("timePage.activityName"),
      billable: t("timePage.activityBillable"),
      inUse: t("timePage.activityInUse"),
    },
    onReload,
    onClose,
    check: ({ name }) => needed("name", name, t),
    save: ({ name, billable }, changed, version) =>
      activity
        ? write(
            client.PATCH("/api/v1/time-activities/{activity_id}", {
              params: { path: { activity_id: activity.id } },
              body: {
                name: changed.name,
                billable: changed.billable,
                retired: changed.inUse === undefined ? undefined : !changed.inUse,
                version,
              },
            }),
          )
        : write(client.POST("/api/v1/time-activities", { body: { name: name.trim(), billable } })),
    said: ({ name }) =>
      t(activity ? "timePage.activitySaved" : "timePage.activityAdded", { name: name.trim() }),
    stale: [timeKeys.activities, timeKeys.all],
  });
  return (
    <EditDialog
      title={activity?.name ?? t("timePage.addActivity")}
      {...record.dialog}
      locked={locked}
    >
      <TextField
        {...record.text("name")}
        label={t("timePage.activityName")}
        maxLength={100}
        data-autofocus
      />
      <SwitchField
        {...record.toggle("billable")}
        label={t("timePage.activityBillable")}
        description={t("timePage.activityBillableHint")}
      />
      {activity && (
        <SwitchField
          {...record.toggle("inUse")}
          label={t("timePage.activityInUse")}
          description={t("timePage.activityInUseHint")}
        />
      )}
    </EditDialog>
  );
}
