import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { SwitchField } from "@/ui/Form";
import classes from "./Profile.module.css";
import { useEndOthers } from "./sessions";

/** Asks before every other browser is signed out, and whether one's tokens stay. */
export function EndOthersDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [keepTokens, setKeepTokens] = useState(false);
  const end = useEndOthers(t("access.othersEnded"));
  return (
    <Dialog opened onClose={onClose} title={t("access.endOthers")} width={420}>
      <p className={classes.what}>{t("access.endOthersWhat")}</p>
      <SwitchField
        name="keep_tokens"
        label={t("access.keepTokens")}
        checked={keepTokens}
        onChange={(event) => setKeepTokens(event.currentTarget.checked)}
      />
      <DialogActions>
        <Button size="l" onClick={onClose}>
          {t("dialog.cancel")}
        </Button>
        <Button
          size="l"
          look="gold"
          busy={end.isPending}
          onClick={() => end.mutate(keepTokens, { onSettled: onClose })}
          data-autofocus
        >
          {t("access.endOthersDo")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
