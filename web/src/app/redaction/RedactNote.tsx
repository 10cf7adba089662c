import "./texts";
import { useDisclosure } from "@mantine/hooks";
import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import type { components } from "@/api/generated/schema";
import { useMe } from "@/api/session";
import { toast } from "@/lib/toast";
import { Button, IconButton } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { Form, TextField } from "@/ui/Form";

type RedactNoteProps = {
  kind: components["schemas"]["NoteRedactInput"]["kind"];
  id: number;
  /** What shows the note, and is fetched again. */
  old: readonly QueryKey[];
  /** Whose note it is, where an icon has to say so; without it a button with words is shown. */
  name?: string;
  onDone?: () => void;
};

/** Offers to redact a note for good to whoever may, and asks for the reason. */
export function RedactNote({ name, ...props }: RedactNoteProps) {
  const { t } = useTranslation();
  const { permissions } = useMe();
  const [opened, dialog] = useDisclosure(false);
  if (!permissions.includes("ticket:redact")) return null;
  return (
    <>
      {name === undefined ? (
        <Button type="button" size="l" onClick={dialog.open}>
          {t("redactNote.open")}
        </Button>
      ) : (
        <IconButton
          icon="minus"
          size="s"
          label={t("redactNote.of", { name })}
          onClick={dialog.open}
        />
      )}
      {opened && <RedactNoteDialog {...props} onClose={dialog.close} />}
    </>
  );
}

type RedactNoteDialogProps = Omit<RedactNoteProps, "name"> & { onClose: () => void };

function RedactNoteDialog({ kind, id, old, onDone, onClose }: RedactNoteDialogProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [reason, setReason] = useState("");
  const submit = async () => {
    await read(client.POST("/api/v1/redactions", { body: { kind, id, reason } }));
    for (const queryKey of old) void queryClient.invalidateQueries({ queryKey });
    toast.show({ message: t("redactNote.done") });
    onClose();
    onDone?.();
  };
  return (
    <Dialog opened onClose={onClose} title={t("redactNote.title")} width={460}>
      <Form onSubmit={submit} label={t("redactNote.title")}>
        {(busy) => (
          <>
            <p>{t("redactNote.what")}</p>
            <TextField
              name="reason"
              label={t("redactNote.reason")}
              description={t("redactNote.reasonHint")}
              value={reason}
              maxLength={500}
              dir="auto"
              onChange={(event) => setReason(event.currentTarget.value)}
              data-autofocus
            />
            <DialogActions>
              <Button type="button" size="l" onClick={onClose}>
                {t("dialog.cancel")}
              </Button>
              <Button
                type="submit"
                size="l"
                look="danger"
                busy={busy}
                disabled={reason.trim() === ""}
              >
                {t("redactNote.submit")}
              </Button>
            </DialogActions>
          </>
        )}
      </Form>
    </Dialog>
  );
}
