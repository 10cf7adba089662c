import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { TextField } from "@/ui/Form";
import { fieldText, tomorrowMorning } from "./sendTime";

type MomentDialogProps = {
  opened: boolean;
  /** What is chosen so far. */
  at?: Date;
  onClose: () => void;
  onChoose: (at: Date) => void;
};

/** Asks for a day and a time, in this device's zone. */
export function MomentDialog({ opened, at, onClose, onChoose }: MomentDialogProps) {
  const { t } = useTranslation();
  const [value, setValue] = useState(() => fieldText(at ?? tomorrowMorning(Date.now())));
  const chosen = new Date(value);
  const sound = !Number.isNaN(chosen.getTime()) && chosen.getTime() > Date.now();
  return (
    <Dialog opened={opened} onClose={onClose} title={t("outgoing.chooseMoment")} width={380}>
      <TextField
        name="send_at"
        type="datetime-local"
        label={t("outgoing.moment")}
        description={Intl.DateTimeFormat().resolvedOptions().timeZone}
        value={value}
        min={fieldText(new Date())}
        onChange={(event) => setValue(event.currentTarget.value)}
        data-autofocus
      />
      {!sound && <p role="alert">{t("outgoing.momentPassed")}</p>}
      <DialogActions>
        <Button size="l" onClick={onClose}>
          {t("dialog.cancel")}
        </Button>
        <Button
          size="l"
          look="gold"
          disabled={!sound}
          onClick={() => {
            onChoose(chosen);
            onClose();
          }}
        >
          {t("outgoing.sendThen")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
