import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Ticket } from "@/api/types";
import { Button } from "@/ui/Button";
import { CheckBox } from "@/ui/CheckBox";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { Icon } from "@/ui/Icon";
import { Picker } from "@/ui/Picker";
import { type Target, useMerge, useTargets } from "../merges";
import classes from "./MergeDialog.module.css";

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
  const [opened, setOpened] = useState(false);
  const [joins, setJoins] = useState(true);
  const { targets, searching, setWords } = useTargets(ticket);
  const merge = useMerge(ticket.number);
  const pick = (value: string) =>
    setTarget(targets.find((one) => String(one.number) === value) ?? null);
  return (
    <Dialog opened onClose={onClose} title={t("merge.title", { number: String(ticket.number) })}>
      <p className={classes.what}>{t("merge.what", { number: String(ticket.number) })}</p>
      <Picker
        label={t("merge.into")}
        options={targets.map((one) => ({
          value: String(one.number),
          label: `#${one.number} ${one.subject}`,
        }))}
        chosen={target ? [String(target.number)] : []}
        onPick={pick}
        opened={opened}
        onOpenedChange={setOpened}
        onSearch={setWords}
        searching={searching}
      >
        <button
          type="button"
          className={classes.target}
          data-autofocus
          onClick={() => setOpened(!opened)}
        >
          <Icon name="search" size={14} />
          <span className="grow cut">
            {target ? (
              <>
                #{target.number} <bdi>{target.subject}</bdi>
              </>
            ) : (
              t("merge.choose")
            )}
          </span>
        </button>
      </Picker>
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
