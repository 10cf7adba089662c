import "@/app/pageTexts";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import type { MessageItem } from "@/api/types";
import { useUndo } from "@/api/undo";
import { withoutBlankEnds } from "@/lib/text";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { Form, SwitchField, TextAreaField } from "@/ui/Form";
import { Recipients } from "../components/Recipients";
import { allOf, countOf, isAddress, isSamePeople, MOST_UNASKED, type People } from "../recipients";

type EditReplyProps = {
  message: MessageItem;
  mail: NonNullable<MessageItem["mail"]>;
  stopped?: { email: string }[];
  onClose: () => void;
};

/** Changes a reply while its mail still waits; the mail says the same as the ticket. */
export function EditReplyDialog({ message, mail, stopped, onClose }: EditReplyProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { offer } = useUndo();
  const [text, setText] = useState(message.text);
  const before: People = { to: message.to, cc: message.cc, bcc: message.bcc ?? [] };
  const [people, setPeople] = useState(before);
  const [sure, setSure] = useState(false);
  const readdressed = !isSamePeople(people, before);
  const rewritten = text !== message.text;
  const asks = readdressed && countOf(people) > MOST_UNASKED;
  const reachable = people.to.length > 0 && allOf(people).every((one) => isAddress(one.address));
  const sendable = !readdressed || (reachable && (!asks || sure));
  const save = async () => {
    const { changeId } = await write(
      client.PATCH("/api/v1/messages/{message_id}", {
        params: { path: { message_id: message.id } },
        body: {
          ...(rewritten ? { text: withoutBlankEnds(text) } : {}),
          ...(readdressed ? people : null),
          confirm_recipients: asks && sure,
          version: mail.version,
        },
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
            <Recipients
              people={people}
              stopped={new Set(stopped?.map((one) => one.email.toLowerCase()))}
              onChange={setPeople}
            />
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
            {asks && (
              <SwitchField
                name="sure"
                label={t("recipients.manyConfirm", { count: countOf(people) })}
                checked={sure}
                onChange={(event) => setSure(event.currentTarget.checked)}
              />
            )}
            <DialogActions>
              <Button type="button" size="l" onClick={onClose}>
                {t("dialog.cancel")}
              </Button>
              <Button
                type="submit"
                size="l"
                look="gold"
                busy={busy}
                disabled={text.trim() === "" || !(rewritten || readdressed) || !sendable}
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
