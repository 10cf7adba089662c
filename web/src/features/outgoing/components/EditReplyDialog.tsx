import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import type { MessageItem } from "@/api/types";
import { useUndo } from "@/features/changes/undo";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { Form, TextAreaField } from "@/ui/Form";

type EditReplyProps = {
  message: MessageItem;
  mail: NonNullable<MessageItem["mail"]>;
  onClose: () => void;
};

/** Changes a reply while its mail still waits; the mail says the same as the ticket. */
export function EditReplyDialog({ message, mail, onClose }: EditReplyProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { offer } = useUndo();
  const [text, setText] = useState(message.text);
  const save = async () => {
    const { changeId } = await write(
      client.PATCH("/api/v1/messages/{message_id}", {
        params: { path: { message_id: message.id } },
        body: { text: text.trim(), version: mail.version },
      }),
    );
    void queryClient.invalidateQueries({ queryKey: ["ticket"] });
    void queryClient.invalidateQueries({ queryKey: ["outbox"] });
    if (changeId !== null) offer({ changeId, message: t("outgoing.edited") });
    onClose();
  };
  return (
    <Dialog opened onClose={onClose} title={t("outgoing.editTitle")} width={640}>
      <Form onSubmit={save} label={t("outgoing.editTitle")}>
        {(busy) => (
          <>
            <TextAreaField
              name="text"
              label={t("outgoing.reply")}
              description={t("outgoing.editHint")}
              value={text}
              minRows={8}
              maxRows={20}
              dir="auto"
              onChange={(event) => setText(event.currentTarget.value)}
              data-autofocus
            />
            <DialogActions>
              <Button type="button" size="l" onClick={onClose}>
                {t("dialog.cancel")}
              </Button>
              <Button
                type="submit"
                size="l"
                look="gold"
                busy={busy}
                disabled={text.trim() === "" || text === message.text}
              >
                {t("settings.save")}
              </Button>
            </DialogActions>
          </>
        )}
      </Form>
    </Dialog>
  );
}
