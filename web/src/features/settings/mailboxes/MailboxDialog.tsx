import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { useTeams } from "@/api/directory";
import { type Mailbox, mailboxKeys } from "@/api/mailboxes";
import { mailAddress, needed, refuse } from "@/ui/checks";
import { EditDialog } from "@/ui/EditDialog";
import { useEdits } from "@/ui/edits";
import { SelectField, SwitchField, TextField } from "@/ui/Form";
import { useSaved } from "@/ui/saved";

type MailboxDialogProps = {
  /** Without one a mailbox is added. */
  mailbox?: Mailbox;
  locked: boolean;
  onReload?: () => Promise<Mailbox | undefined>;
  /** Where a mailbox that was added goes on: its servers are still to be set up. */
  onAdded?: (id: number) => void;
  onClose: () => void;
};

function fieldsOf(mailbox?: Mailbox) {
  return {
    address: mailbox?.address ?? "",
    name: mailbox?.name ?? "",
    team_id: mailbox?.team_id ?? 0,
    active: mailbox?.active ?? true,
    version: mailbox?.version,
  };
}

/** A mailbox: its address, the sender's name, the team it feeds. */
export function MailboxDialog({ mailbox, locked, onReload, onAdded, onClose }: MailboxDialogProps) {
  const { t } = useTranslation();
  const saved = useSaved();
  const teams = useTeams();
  const edits = useEdits(fieldsOf(mailbox));
  const values = { ...edits.values, team_id: edits.values.team_id || (teams[0]?.id ?? 0) };
  const save = async () => {
    refuse(...mailAddress("address", values.address, t), ...needed("name", values.name, t));
    const { version, ...fields } = values;
    const written = await (mailbox
      ? write(
          client.PATCH("/api/v1/mailboxes/{mailbox_id}", {
            params: { path: { mailbox_id: mailbox.id } },
            body: { ...edits.changed, version },
          }),
        )
      : write(client.POST("/api/v1/mailboxes", { body: fields })));
    saved(written, t(mailbox ? "mailboxes.saved" : "mailboxes.added", { name: values.address }), [
      mailboxKeys.all,
    ]);
    if (!mailbox && onAdded) onAdded(written.data.id);
    else onClose();
  };
  const takeIn = async () => {
    const newer = await onReload?.();
    if (newer) edits.rebase(fieldsOf(newer));
  };
  return (
    <EditDialog
      title={mailbox?.address ?? t("mailboxes.add")}
      saveLabel={mailbox ? undefined : t("settings.add")}
      dirty={edits.dirty}
      locked={locked}
      onSave={save}
      onConflict={takeIn}
      onClose={onClose}
    >
      <TextField
        name="address"
        label={t("mailboxes.address")}
        description={t("mailboxes.addressHint")}
        inputMode="email"
        value={values.address}
        onChange={(event) => edits.set({ address: event.currentTarget.value })}
        data-autofocus
      />
      <TextField
        name="name"
        label={t("mailboxes.name")}
        description={t("mailboxes.nameHint")}
        value={values.name}
        onChange={(event) => edits.set({ name: event.currentTarget.value })}
      />
      <SelectField
        name="team_id"
        label={t("mailboxes.team")}
        value={String(values.team_id)}
        onChange={(event) => edits.set({ team_id: Number(event.currentTarget.value) })}
        data={teams.map((team) => ({ value: String(team.id), label: team.name }))}
      />
      <SwitchField
        name="active"
        label={t("mailboxes.active")}
        description={t("mailboxes.activeHint")}
        checked={values.active}
        onChange={(event) => edits.set({ active: event.currentTarget.checked })}
      />
    </EditDialog>
  );
}
