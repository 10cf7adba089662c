import { useState } from "react";
import { useTranslation } from "react-i18next";
import { noticeText } from "@/api/notice";
import { useLocked } from "@/app/settings/SettingsPage";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { EditDialog } from "@/ui/EditDialog";
import { TextField } from "@/ui/Form";
import { TimeStamp } from "@/ui/RelativeTime";
import { OPERATIONS_MANAGE, type Operations, type ParkedChange, useOperationActions } from "../api";
import classes from "./SideCards.module.css";

/** Changes that a rule or its like could not handle, where there are any. */
export function ParkedChanges({ operations }: { operations: Operations }) {
  const { t } = useTranslation();
  const [discarding, setDiscarding] = useState<ParkedChange | null>(null);
  const { count = 0, newest = [] } = operations.parked_changes;
  if (count === 0) return null;
  return (
    <Card title={t("operations.parked")}>
      <p className={classes.foot}>{t("operations.parkedHint")}</p>
      <ul>
        {newest.map((parked) => (
          <ParkedRow key={parked.id} parked={parked} onDiscard={() => setDiscarding(parked)} />
        ))}
      </ul>
      {count > newest.length && (
        <p className={classes.foot}>
          {t("operations.parkedMore", { count: count - newest.length })}
        </p>
      )}
      {discarding && <DiscardDialog parked={discarding} onClose={() => setDiscarding(null)} />}
    </Card>
  );
}

function ParkedRow({ parked, onDiscard }: { parked: ParkedChange; onDiscard: () => void }) {
  const { t } = useTranslation();
  const { replayChange } = useOperationActions();
  const locked = useLocked(OPERATIONS_MANAGE);
  const name = t("operations.parkedAt", { id: String(parked.change_id) });
  return (
    <li className={`${classes.job} ${classes.parked}`}>
      <div>
        <b>{parked.consumer}</b>{" "}
        <span className={classes.quiet}>
          {[name, parked.command, t("operations.parkedAttempts", { count: parked.attempts })]
            .filter(Boolean)
            .join(", ")}
        </span>{" "}
        <TimeStamp at={parked.parked_at} className={classes.quiet} />
        <p>{noticeText(parked.error_notice, parked.error)}</p>
      </div>
      <Button size="s" disabled={locked} onClick={onDiscard}>
        {t("operations.discard")}
      </Button>
      <Button
        size="s"
        icon="retry"
        disabled={locked}
        busy={replayChange.isPending}
        onClick={() => replayChange.mutate(parked.id)}
      >
        {t("operations.tryAgain")}
      </Button>
    </li>
  );
}

function DiscardDialog({ parked, onClose }: { parked: ParkedChange; onClose: () => void }) {
  const { t } = useTranslation();
  const { discardChange } = useOperationActions();
  const [reason, setReason] = useState("");
  const save = async () => {
    await discardChange(parked.id, reason);
    onClose();
  };
  return (
    <EditDialog
      title={t("operations.discardTitle", { id: String(parked.change_id) })}
      saveLabel={t("operations.discard")}
      dirty={reason.trim() !== ""}
      locked={false}
      onSave={save}
      onClose={onClose}
    >
      <TextField
        name="reason"
        label={t("operations.discardReason")}
        description={t("operations.discardReasonHint")}
        value={reason}
        maxLength={500}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </EditDialog>
  );
}
