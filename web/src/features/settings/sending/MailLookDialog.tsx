import { useTranslation } from "react-i18next";
import type { Mailbox } from "@/api/mailboxes";
import { useMe } from "@/api/session";
import { EditDialog } from "@/ui/EditDialog";
import { SelectField, SwitchField } from "@/ui/Form";
import { QuotedField } from "@/ui/QuotedField";
import { useRecord } from "@/ui/record";
import { type Sending, saveSending, sendingKeys } from "./api";

type MailLookDialogProps = {
  mailbox: Mailbox;
  sending: Sending;
  locked: boolean;
  onReload: () => Promise<Sending | undefined>;
  onClose: () => void;
};

const LAYOUT = "layout";
const senderForms = ["agent_at_mailbox", "mailbox", "agent"] as const;
type SenderForm = (typeof senderForms)[number];

const fieldsOf = ({ marker, plain_text, quoted_messages, sender_form }: Sending) => ({
  marker,
  plain_text,
  quoted_messages,
  sender_form,
});

/** The line to write above, text alone, and what answers quote. */
export function MailLookDialog(props: MailLookDialogProps) {
  const { mailbox, sending, locked, onReload, onClose } = props;
  const { t } = useTranslation();
  const agent = useMe().person.name;
  const example = (form: SenderForm | null) =>
    t(`sending.senderForms.${form ?? LAYOUT}`, { agent, mailbox: mailbox.name });
  const record = useRecord({
    stored: sending,
    fieldsOf: (stored = sending) => fieldsOf(stored),
    words: {
      plain_text: t("sending.plainText"),
      marker: t("sending.marker"),
      sender_form: { label: t("sending.senderForm"), say: example },
      quoted_messages: {
        label: t("outgoing.quotedLabel"),
        say: (count) => t("outgoing.quoted", { count }),
      },
    },
    onReload,
    onClose,
    save: (_values, changed, version) => saveSending(mailbox.id, { ...changed, version }),
    said: () => t("sending.lookSaved", { name: mailbox.address }),
    stale: [sendingKeys.sending(mailbox.id)],
  });
  const { values } = record;
  return (
    <EditDialog
      title={`${t("sending.look")}: ${mailbox.address}`}
      {...record.dialog}
      locked={locked}
    >
      <SelectField
        name="sender_form"
        label={t("sending.senderForm")}
        description={t("sending.senderFormHint")}
        value={values.sender_form ?? LAYOUT}
        onChange={({ currentTarget: { value } }) =>
          record.set({ sender_form: senderForms.find((form) => form === value) ?? null })
        }
        data={[null, ...senderForms].map((form) => ({
          value: form ?? LAYOUT,
          label: example(form),
        }))}
      />
      <SwitchField
        {...record.toggle("plain_text")}
        label={t("sending.plainText")}
        description={t("sending.plainTextHint")}
        data-autofocus
      />
      <SwitchField
        name="marker"
        label={t("sending.marker")}
        description={t("sending.markerHint")}
        checked={values.marker && !values.plain_text}
        disabled={values.plain_text}
        onChange={(event) => record.set({ marker: event.currentTarget.checked })}
      />
      <QuotedField
        value={values.quoted_messages}
        description={t("sending.quotedHint")}
        onChange={(count) => record.set({ quoted_messages: count ?? 0 })}
      />
    </EditDialog>
  );
}
