import { useTranslation } from "react-i18next";
import type { Mailbox } from "@/api/mailboxes";
import { EditDialog } from "@/ui/EditDialog";
import { SwitchField } from "@/ui/Form";
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

const fieldsOf = ({ marker, plain_text, quoted_messages }: Sending) => ({
  marker,
  plain_text,
  quoted_messages,
});

/** The line to write above, text alone, and what answers quote. */
export function MailLookDialog(props: MailLookDialogProps) {
  const { mailbox, sending, locked, onReload, onClose } = props;
  const { t } = useTranslation();
  const record = useRecord({
    stored: sending,
    fieldsOf: (stored = sending) => fieldsOf(stored),
    words: {
      plain_text: t("sending.plainText"),
      marker: t("sending.marker"),
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
