import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { useTeams } from "@/api/directory";
import { type Mailbox, mailboxKeys } from "@/api/mailboxes";
import { mailAddress, needed } from "@/ui/checks";
import { EditDialog } from "@/ui/EditDialog";
import { SelectField, SwitchField, TextField } from "@/ui/Form";
import { namesAmong } from "@/ui/meanwhile";
import { useRecord } from "@/ui/record";

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
  };
}

/** A mailbox: its address, the sender's name, the team it feeds. */
export function MailboxDialog({ mailbox, locked, onReload, onAdded, onClose }: MailboxDialogProps) {
  const { t } = useTranslation();
  const teams = useTeams();
  const record = useRecord({
    stored: mailbox,
    fieldsOf,
    words: {
      address: t("mailboxes.address"),
      name: t("mailboxes.name"),
      team_id: { label: t("mailboxes.team"), say: (id) => namesAmong(teams)([id]) },
      active: t("mailboxes.active"),
    },
    onReload,
    onClose,
    check: ({ address, name }) => [
      ...mailAddress("address", address, t),
      ...needed("name", name, t),
    ],
    save: (values, changed, version) => {
      if (!mailbox) {
        const team_id = values.team_id || (teams[0]?.id ?? 0);
        return write(client.POST("/api/v1/mailboxes", { body: { ...values, team_id } }));
      }
      return write(
        client.PATCH("/api/v1/mailboxes/{mailbox_id}", {
          params: { path: { mailbox_id: mailbox.id } },
          body: { ...changed, version },
        }),
      );
    },
    said: ({ address }) => t(mailbox ? "mailboxes.saved" : "mailboxes.added", { name: address }),
    stale: [mailboxKeys.all],
    onSaved: mailbox || !onAdded ? undefined : ({ id }) => onAdded(id),
  });
  const { values } = record;
  return (
    <EditDialog title={mailbox?.address ?? t("mailboxes.add")} {...record.dialog} locked={locked}>
      <TextField
        {...record.text("address")}
        label={t("mailboxes.address")}
        description={t("mailboxes.addressHint")}
        inputMode="email"
        data-autofocus
      />
      <TextField
        {...record.text("name")}
        label={t("mailboxes.name")}
        description={t("mailboxes.nameHint")}
      />
      <SelectField
        name="team_id"
        label={t("mailboxes.team")}
        value={String(values.team_id || (teams[0]?.id ?? 0))}
        onChange={(event) => record.set({ team_id: Number(event.currentTarget.value) })}
        data={teams.map((team) => ({ value: String(team.id), label: team.name }))}
      />
      <SwitchField
        {...record.toggle("active")}
        label={t("mailboxes.active")}
        description={t("mailboxes.activeHint")}
      />
    </EditDialog>
  );
}
