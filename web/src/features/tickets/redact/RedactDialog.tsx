import "./texts";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MessageItem, Ticket } from "@/api/types";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { CheckBox } from "@/ui/CheckBox";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { Form, TextField } from "@/ui/Form";
import { Segments } from "@/ui/Segments";
import { Passages } from "./Passages";
import { ReachList } from "./ReachList";
import classes from "./RedactDialog.module.css";
import {
  nothingWanted,
  previewRedaction,
  type RedactionReach,
  redact,
  type Wanted,
} from "./redact";

type RedactDialogProps = {
  ticket: Ticket;
  message: MessageItem;
  /** What was marked in the thread when it was opened. */
  marked: string;
  onClose: () => void;
};

/** Redacts of a message what is chosen, after it was shown what that reaches and that nothing brings it back. */
export default function RedactDialog({ ticket, message, marked, onClose }: RedactDialogProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const files = message.attachments.filter((file) => !file.redacted);
  const [reach, setReach] = useState<RedactionReach | null>(null);
  const [reason, setReason] = useState("");
  const [wanted, setWanted] = useState<Wanted>({
    mode: "passages",
    passages: marked.length >= 3 && marked.length <= 1000 ? [marked] : [],
    fileIds: [],
  });
  const change = (changed: Partial<Wanted>) => setWanted({ ...wanted, ...changed });
  const submit = async () => {
    if (!reach) {
      setReach(await previewRedaction(ticket.number, message.id, wanted));
      return;
    }
    await redact(ticket.number, message.id, wanted, reason);
    void queryClient.invalidateQueries({ queryKey: ["ticket"] });
    void queryClient.invalidateQueries({ queryKey: ["message-versions"] });
    toast.show({ message: t("redact.done") });
    onClose();
  };
  return (
    <Dialog
      opened
      onClose={onClose}
      title={t(reach ? "redact.confirmTitle" : "redact.title")}
      width={640}
    >
      <Form onSubmit={submit} label={t("redact.title")}>
        {(busy) => (
          <>
            {reach ? (
              <ReachList reach={reach} />
            ) : (
              <>
                <Segments
                  label={t("redact.what")}
                  value={wanted.mode}
                  onChange={(mode) => change({ mode })}
                  options={[
                    { value: "passages", label: t("redact.passages") },
                    { value: "body", label: t("redact.body") },
                    ...(files.length > 0
                      ? [{ value: "files" as const, label: t("redact.filesOnly") }]
                      : []),
                  ]}
                />
                {wanted.mode === "passages" && (
                  <Passages
                    message={message}
                    passages={wanted.passages}
                    onChange={(passages) => change({ passages })}
                  />
                )}
                {files.length > 0 && (
                  <Files
                    files={files}
                    chosen={wanted.fileIds}
                    onChange={(fileIds) => change({ fileIds })}
                  />
                )}
                <TextField
                  name="reason"
                  label={t("redact.reason")}
                  description={t("redact.reasonHint")}
                  value={reason}
                  maxLength={500}
                  dir="auto"
                  onChange={(event) => setReason(event.currentTarget.value)}
                />
              </>
            )}
            <DialogActions>
              <Button size="l" onClick={reach ? () => setReach(null) : onClose}>
                {t(reach ? "redact.back" : "dialog.cancel")}
              </Button>
              <Button
                type="submit"
                size="l"
                look={reach ? "danger" : "gold"}
                busy={busy}
                disabled={reason.trim() === "" || nothingWanted(wanted)}
              >
                {t(reach ? "redact.submit" : "redact.next")}
              </Button>
            </DialogActions>
          </>
        )}
      </Form>
    </Dialog>
  );
}

type FilesProps = {
  files: MessageItem["attachments"];
  chosen: number[];
  onChange: (chosen: number[]) => void;
};

function Files({ files, chosen, onChange }: FilesProps) {
  const { t } = useTranslation();
  const toggle = (id: number) =>
    onChange(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  return (
    <section aria-label={t("redact.files")}>
      <h3 className={classes.heading}>{t("redact.files")}</h3>
      <ul className={classes.files}>
        {files.map((file) => (
          <li key={file.id} className={classes.file}>
            <CheckBox
              checked={chosen.includes(file.id)}
              onChange={() => toggle(file.id)}
              label={file.filename}
            />
            <bdi className="cut">{file.filename}</bdi>
          </li>
        ))}
      </ul>
    </section>
  );
}
