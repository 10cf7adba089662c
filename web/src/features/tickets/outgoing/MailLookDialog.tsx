import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MessageInput } from "@/api/types";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { Form, SelectField } from "@/ui/Form";
import { QuotedField } from "@/ui/QuotedField";

/** What one reply's mail looks like; null means as its mailbox says. */
export type MailLook = Required<Pick<MessageInput, "plain_text" | "quoted_messages">>;

type MailLookDialogProps = {
  /** What sending also does, as the composer's own button says it. */
  sendLabel: string;
  onClose: () => void;
  onChoose: (look: MailLook) => void;
};

const kinds = ["mailbox", "all", "text"] as const;
const plainText = { mailbox: null, all: false, text: true };

/** Asks what this one mail shall look like, and sends it. */
export function MailLookDialog({ sendLabel, onClose, onChoose }: MailLookDialogProps) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<(typeof kinds)[number]>("mailbox");
  const [quoted, setQuoted] = useState<number | null>(null);
  const choose = async () => {
    onChoose({ plain_text: plainText[kind], quoted_messages: quoted });
    onClose();
  };
  return (
    <Dialog opened onClose={onClose} title={t("outgoing.look")} width={380}>
      <Form onSubmit={choose}>
        {() => (
          <>
            <QuotedField value={quoted} offersMailbox onChange={setQuoted} />
            <SelectField
              name="plain_text"
              label={t("outgoing.kind")}
              value={kind}
              data={kinds.map((one) => ({ value: one, label: t(`outgoing.kinds.${one}`) }))}
              onChange={(event) => setKind(event.currentTarget.value as typeof kind)}
            />
            <DialogActions>
              <Button type="button" size="l" onClick={onClose}>
                {t("dialog.cancel")}
              </Button>
              <Button type="submit" size="l" look="gold">
                {sendLabel}
              </Button>
            </DialogActions>
          </>
        )}
      </Form>
    </Dialog>
  );
}
