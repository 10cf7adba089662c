import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import type { LifecycleRules, Team } from "@/api/types";
import { EditDialog } from "@/ui/EditDialog";
import { SelectField, SwitchField, TextField } from "@/ui/Form";
import { useRecord } from "@/ui/record";
import { settingsKeys } from "../api";

type RulesDialogProps = {
  workspace: LifecycleRules;
  /** Without a team they are the workspace's. */
  team?: Team;
  /** What the team has of its own. */
  own?: LifecycleRules;
  locked: boolean;
  onReload: () => Promise<LifecycleRules | undefined>;
  onClose: () => void;
};

type Reopening = "untilClosed" | "withinDays" | "never";

const REOPENINGS: Reopening[] = ["untilClosed", "withinDays", "never"];
const MOST_DAYS = 3650;

function reopeningOf(days: number | null): Reopening {
  if (days === null) return "untilClosed";
  return days === 0 ? "never" : "withinDays";
}

const fieldsOf = (rules: LifecycleRules, isOwn: boolean) => ({
  own: isOwn,
  close: rules.close_after_days !== null,
  close_after_days: String(rules.close_after_days ?? 7),
  reopening: reopeningOf(rules.reopen_within_days),
  reopen_within_days: String(rules.reopen_within_days || 14),
  keep_assignee: rules.keep_assignee,
  resolution_required: rules.resolution_required,
});

type Fields = ReturnType<typeof fieldsOf>;

const bodyOf = (values: Fields) => ({
  close_after_days: values.close ? Number(values.close_after_days) : null,
  reopen_within_days: {
    untilClosed: null,
    withinDays: Number(values.reopen_within_days),
    never: 0,
  }[values.reopening],
  keep_assignee: values.keep_assignee,
  resolution_required: values.resolution_required,
});

const isDays = (text: string) =>
  /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= MOST_DAYS;

/** When tickets close and reopen, of the workspace or of a team that need not follow it. */
export function RulesDialog(props: RulesDialogProps) {
  const { workspace, team, own, locked, onReload, onClose } = props;
  const { t } = useTranslation();
  const isOwn = !team || own !== undefined;
  const held = own ?? workspace;
  const record = useRecord({
    // What a team does not have yet has no version, whatever the workspace's is.
    stored: isOwn ? held : { ...held, version: 0 },
    fieldsOf: (stored = held) => fieldsOf(stored, isOwn),
    words: {
      own: t("rules.own"),
      close: t("rules.close"),
      close_after_days: t("rules.closeDays"),
      reopening: { label: t("rules.reopening"), say: (how: Reopening) => t(`rules.${how}`) },
      reopen_within_days: t("rules.reopenDays"),
      keep_assignee: t("rules.keepAssignee"),
      resolution_required: t("rules.resolution"),
    },
    onReload,
    onClose,
    check: (values) => daysToMend(values).map((field) => ({ field, message: t("rules.days") })),
    save: (values, _changed, version) => {
      const body = { ...bodyOf(values), version };
      if (!team) return write(client.PATCH("/api/v1/lifecycle-rules", { body }));
      const params = { path: { team_id: team.id } };
      return values.own
        ? write(client.PATCH("/api/v1/lifecycle-rules/teams/{team_id}", { params, body }))
        : write(client.DELETE("/api/v1/lifecycle-rules/teams/{team_id}", { params }));
    },
    said: (values) =>
      team && !values.own ? t("rules.followed", { name: team.name }) : t("rules.saved"),
    stale: [settingsKeys.lifecycleRules],
  });
  return (
    <EditDialog title={team?.name ?? t("rules.title")} {...record.dialog} locked={locked}>
      {team && (
        <SwitchField
          {...record.toggle("own")}
          label={t("rules.own")}
          description={t("rules.ownHint")}
          data-autofocus
        />
      )}
      {record.values.own && <RulesFields record={record} />}
    </EditDialog>
  );
}

function daysToMend(values: Fields): string[] {
  if (!values.own) return [];
  const wrong = [];
  if (values.close && !isDays(values.close_after_days)) wrong.push("close_after_days");
  if (values.reopening === "withinDays" && !isDays(values.reopen_within_days)) {
    wrong.push("reopen_within_days");
  }
  return wrong;
}

type RulesRecord = Pick<
  ReturnType<typeof useRecord<Fields, LifecycleRules, unknown>>,
  "values" | "text" | "toggle" | "set"
>;

function RulesFields({ record }: { record: RulesRecord }) {
  const { t } = useTranslation();
  const { values } = record;
  const days = { type: "number", inputMode: "numeric", min: 1, max: MOST_DAYS } as const;
  return (
    <>
      <SwitchField {...record.toggle("close")} label={t("rules.close")} />
      {values.close && (
        <TextField
          {...record.text("close_after_days")}
          {...days}
          label={t("rules.closeDays")}
          description={t("rules.closeDaysHint")}
        />
      )}
      <SelectField
        name="reopening"
        label={t("rules.reopening")}
        value={values.reopening}
        onChange={(event) => record.set({ reopening: event.currentTarget.value as Reopening })}
        data={REOPENINGS.map((one) => ({ value: one, label: t(`rules.${one}`) }))}
      />
      {values.reopening === "withinDays" && (
        <TextField
          {...record.text("reopen_within_days")}
          {...days}
          label={t("rules.reopenDays")}
          description={t("rules.reopenDaysHint")}
        />
      )}
      {values.reopening !== "never" && (
        <SwitchField
          {...record.toggle("keep_assignee")}
          label={t("rules.keepAssignee")}
          description={t("rules.keepAssigneeHint")}
        />
      )}
      <SwitchField
        {...record.toggle("resolution_required")}
        label={t("rules.resolution")}
        description={t("rules.resolutionHint")}
      />
    </>
  );
}
