import "@/app/pageTexts";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Ticket } from "@/api/types";
import { Button } from "@/ui/Button";
import { CheckBox } from "@/ui/CheckBox";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { type Target, useMerge } from "../merges";
import classes from "./MergeDialog.module.css";
import { TargetPicker } from "./TargetPicker";

type MergeDialogProps = {
  ticket: Ticket;
  /** The ticket that is offered first. */
  into: Target | null;
  onClose: () => void;
};

/** Asks which ticket goes on, and who shall take part in it. */
export function MergeDialog({ ticket, into, onClose }: MergeDialogProps) {
  const { t } = useTranslation();
  const [target, setTarget] = useState(into);
  const [joins, setJoins] = useState(true);
  const merge = useMerge(ticket.number);
  return (
    <Dialog opened onClose={onClose} title={t("merge.title", { number: String(ticket.number) })}>
      <p className={classes.what}>{t("merge.what", { number: String(ticket.number) })}</p>
      <TargetPicker ticket={ticket} label={t("merge.into")} target={target} onChoose={setTarget} />
      <p className={classes.joins}>
        <CheckBox checked={joins} onChange={() => setJoins(!joins)} label={t("merge.join")} />
        <span>{t("merge.join")}</span>
      </p>
      <p className={classes.hint}>
        {t(joins ? "merge.joinHint" : "merge.notJoinHint", { name: ticket.requester.name })}
      </p>
      <DialogActions>
        <Button size="l" onClick={onClose}>
          {t("dialog.cancel")}
        </Button>
        <Button
          size="l"
          look="gold"
          busy={merge.isPending}
          disabled={!target}
          onClick={() => target && merge.mutate({ into: target.number, joins })}
        >
          {target ? t("merge.confirm", { number: String(target.number) }) : t("merge.merge")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
