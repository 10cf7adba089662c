import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDeskDialogs } from "@/app/shell/dialogs";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { SwitchField, TextField } from "@/ui/Form";
import { fieldText, morningIn } from "../outgoing/sendTime";
import { useTicketPatch } from "../patch";
import { snoozeText } from "../snooze";

/** Asks until when a ticket is snoozed, whether an answer wakes it, and why. */
export default function SnoozeDialog() {
  const { t, i18n } = useTranslation();
  const { ticket: number = 0, open } = useDeskDialogs();
  const patch = useTicketPatch(number);
  const [value, setValue] = useState(() => fieldText(morningIn(Date.now(), 1)));
  const [onReply, setOnReply] = useState(true);
  const [reason, setReason] = useState("");
  const at = new Date(value);
  const sound = !Number.isNaN(at.getTime()) && at.getTime() > Date.now();
  const snooze = () => {
    const given = { until: at.toISOString(), on_reply: onReply, reason };
    const shown = { ...given, at: new Date().toISOString(), woken_at: null };
    const name = snoozeText(given, t, i18n.language);
    patch.mutate({
      patch: { snooze: given },
      shown: { snooze: shown },
      done: t("ticket.done.snooze", { name }),
    });
    open(null);
  };
  return (
    <Dialog opened onClose={() => open(null)} title={t("snooze.title")} width={400}>
      <TextField
        name="until"
        type="datetime-local"
        label={t("snooze.moment")}
        description={Intl.DateTimeFormat().resolvedOptions().timeZone}
        value={value}
        min={fieldText(new Date())}
        onChange={(event) => setValue(event.currentTarget.value)}
        data-autofocus
      />
      {!sound && <p role="alert">{t("snooze.passed")}</p>}
      <TextField
        name="reason"
        label={t("snooze.reason")}
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <SwitchField
        name="on_reply"
        label={t("snooze.onReply")}
        checked={onReply}
        onChange={(event) => setOnReply(event.currentTarget.checked)}
      />
      <DialogActions>
        <Button size="l" onClick={() => open(null)}>
          {t("dialog.cancel")}
        </Button>
        <Button size="l" look="gold" disabled={!sound} onClick={snooze}>
          {t("snooze.confirm")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
