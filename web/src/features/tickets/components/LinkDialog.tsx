import "../linkTexts";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Ticket } from "@/api/types";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { SelectField } from "@/ui/Form";
import type { Target } from "../merges";
import { type LinkKind, linkKinds, useLink } from "../relations";
import classes from "./MergeDialog.module.css";
import { TargetPicker } from "./TargetPicker";

/** Asks which ticket to link to, and what it is to this one. */
export default function LinkDialog({ ticket, onClose }: { ticket: Ticket; onClose: () => void }) {
  const { t } = useTranslation();
  const [target, setTarget] = useState<Target | null>(null);
  const [kind, setKind] = useState<LinkKind>("related");
  const link = useLink(ticket.number, onClose);
  return (
    <Dialog
      opened
      onClose={onClose}
      title={t("linkDialog.title", { number: String(ticket.number) })}
    >
      <TargetPicker
        ticket={ticket}
        label={t("linkDialog.other")}
        target={target}
        onChoose={setTarget}
      />
      <div className={classes.kind}>
        <SelectField
          name="kind"
          label={t("linkDialog.kind", { number: String(ticket.number) })}
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value as LinkKind)}
          data={linkKinds.map((one) => ({ value: one, label: t(`linkDialog.is.${one}`) }))}
        />
      </div>
      <p className={classes.hint}>{t("linkDialog.hint")}</p>
      <DialogActions>
        <Button size="l" onClick={onClose}>
          {t("splitDialog.cancel")}
        </Button>
        <Button
          size="l"
          look="gold"
          disabled={!target}
          busy={link.isPending}
          onClick={() => target && link.mutate({ number: target.number, kind })}
        >
          {t("linkDialog.confirm")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
