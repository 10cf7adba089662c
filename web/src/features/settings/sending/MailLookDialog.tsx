import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import type { Mailbox } from "@/api/mailboxes";
import { EditDialog } from "@/ui/EditDialog";
import { useEdits } from "@/ui/edits";
import { SwitchField } from "@/ui/Form";
import { QuotedField } from "@/ui/QuotedField";
import { useSaved } from "@/ui/saved";
import { type Sending, sendingKeys } from "./api";

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
  const saved = useSaved();
  const edits = useEdits(fieldsOf(sending));
  const [version, setVersion] = useState(sending.version);
  const { values } = edits;
  const save = async () => {
    const written = await write(
      client.PATCH("/api/v1/mailboxes/{mailbox_id}/sending", {
        params: { path: { mailbox_id: mailbox.id } },
        body: { ...edits.changed, version },
      }),
    );
    saved(written, t("sending.lookSaved", { name: mailbox.address }), [
      sendingKeys.sending(mailbox.id),
    ]);
    onClose();
  };
  const takeIn = async () => {
    const newer = await onReload();
    if (!newer) return;
    edits.rebase(fieldsOf(newer));
    setVersion(newer.version);
  };
  return (
    <EditDialog
      title={`${t("sending.look")}: ${mailbox.address}`}
      dirty={edits.dirty}
      locked={locked}
      onSave={save}
      onConflict={takeIn}
      onClose={onClose}
    >
      <SwitchField
        name="plain_text"
        label={t("sending.plainText")}
        description={t("sending.plainTextHint")}
        checked={values.plain_text}
        onChange={(event) => edits.set({ plain_text: event.currentTarget.checked })}
        data-autofocus
      />
      <SwitchField
        name="marker"
        label={t("sending.marker")}
        description={t("sending.markerHint")}
        checked={values.marker && !values.plain_text}
        disabled={values.plain_text}
        onChange={(event) => edits.set({ marker: event.currentTarget.checked })}
      />
      <QuotedField
        value={values.quoted_messages}
        description={t("sending.quotedHint")}
        onChange={(count) => edits.set({ quoted_messages: count ?? 0 })}
      />
    </EditDialog>
  );
}
