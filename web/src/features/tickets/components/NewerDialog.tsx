import "@/app/pageTexts";
import { useTranslation } from "react-i18next";
import type { MessageItem } from "@/api/types";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { PlainText } from "@/ui/PlainText";
import { TimeStamp } from "@/ui/RelativeTime";
import classes from "./NewerDialog.module.css";

type NewerDialogProps = {
  /** What came meanwhile, oldest first; at least one. */
  messages: MessageItem[];
  onClose: () => void;
  onSend: () => void;
};

/** Shows what others wrote meanwhile, before a reply is sent over it. */
export function NewerDialog({ messages, onClose, onSend }: NewerDialogProps) {
  const { t } = useTranslation();
  const names = [...new Set(messages.map((message) => message.author.name))];
  return (
    <Dialog
      opened
      onClose={onClose}
      title={t("composer.newer", { name: names.join(", ") })}
      width={560}
    >
      <ul className={classes.messages}>
        {messages.map((message) => (
          <li key={message.id} data-kind={message.kind}>
            <p className={classes.head}>
              <bdi className="cut">{message.author.name}</bdi>
              {message.kind === "note" && (
                <span className={classes.quiet}>{t("ticket.noteLabel")}</span>
              )}
              <TimeStamp at={message.created_at} className={classes.time} />
            </p>
            <PlainText text={message.text} />
          </li>
        ))}
      </ul>
      <DialogActions>
        <Button size="l" onClick={onClose} data-autofocus>
          {t("composer.keepWriting")}
        </Button>
        <Button size="l" look="gold" onClick={onSend}>
          {t("composer.sendAnyway")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
