import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { components } from "@/api/generated/schema";
import { Button } from "@/ui/Button";
import { CheckBox } from "@/ui/CheckBox";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { TimeStamp } from "@/ui/RelativeTime";
import classes from "./MergeDialog.module.css";

type SeparateDialogProps = {
  title: string;
  what: string;
  confirm: string;
  /** What has come on the other ticket since, oldest first; at least one. */
  later: components["schemas"]["LaterMessage"][];
  onClose: () => void;
  onConfirm: (messageIds: number[]) => void;
};

/** Asks which messages go along of those that came since a merge or split. */
export function SeparateDialog(props: SeparateDialogProps) {
  const { title, what, confirm, later, onClose, onConfirm } = props;
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const toggle = (id: number) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  return (
    <Dialog opened onClose={onClose} title={title}>
      <p className={classes.what}>{what}</p>
      <ul className={classes.later}>
        {later.map((message) => (
          <li key={message.id}>
            <CheckBox
              checked={chosen.has(message.id)}
              onChange={() => toggle(message.id)}
              label={`${message.author}: ${message.preview}`}
            />
            <div className="grow">
              <bdi>{message.author}</bdi> <TimeStamp at={message.created_at} />
              <p className={classes.preview} dir="auto">
                {message.preview}
              </p>
            </div>
          </li>
        ))}
      </ul>
      <DialogActions>
        <Button size="l" onClick={onClose}>
          {t("dialog.cancel")}
        </Button>
        <Button size="l" look="gold" onClick={() => onConfirm([...chosen])}>
          {confirm}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
