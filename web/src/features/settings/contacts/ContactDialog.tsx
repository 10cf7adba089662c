import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { mailAddress, needed, refuse } from "@/ui/checks";
import { EditDialog } from "@/ui/EditDialog";
import { useEdits } from "@/ui/edits";
import { SelectField, SwitchField, TextField } from "@/ui/Form";
import { useSaved } from "@/ui/saved";
import { type Contact, settingsKeys } from "../api";
import { OrganizationPicker } from "./OrganizationPicker";

type ContactDialogProps = {
  /** Without one a contact is added. */
  contact?: Contact;
  locked: boolean;
  onReload?: () => Promise<Contact | undefined>;
  onClose: () => void;
};

function fieldsOf(contact?: Contact) {
  return {
    name: contact?.name ?? "",
    email: contact?.emails.join(", ") ?? "",
    organization: contact?.organization ?? null,
    organization_manager: contact?.organization_manager ?? false,
    time_zone: contact?.time_zone ?? "",
    version: contact?.version,
  };
}

/** A contact: name, address, organization. */
export function ContactDialog({ contact, locked, onReload, onClose }: ContactDialogProps) {
  const { t } = useTranslation();
  const edits = useEdits(fieldsOf(contact));
  const save = useSaveContact(contact, edits, onClose);
  const { values } = edits;
  const takeIn = async () => {
    const newer = await onReload?.();
    if (newer) edits.rebase(fieldsOf(newer));
  };
  return (
    <EditDialog
      title={contact?.name ?? t("contacts.add")}
      saveLabel={contact ? undefined : t("settings.add")}
      dirty={edits.dirty}
      locked={locked}
      onSave={save}
      onConflict={takeIn}
      onClose={onClose}
    >
      <TextField
        name="name"
        label={t("contacts.name")}
        value={values.name}
        onChange={(event) => edits.set({ name: event.currentTarget.value })}
        data-autofocus
      />
      <TextField
        name="email"
        label={t("contacts.email")}
        inputMode="email"
        value={values.email}
        disabled={contact !== undefined}
        onChange={(event) => edits.set({ email: event.currentTarget.value })}
      />
      <OrganizationPicker
        value={values.organization}
        noneLabel={contact ? t("settings.none") : t("contacts.byDomain")}
        onChange={(organization) => edits.set({ organization })}
        locked={locked}
      />
      {contact && (
        <SelectField
          name="time_zone"
          label={t("contacts.timeZone")}
          description={t("contacts.timeZoneHint")}
          value={values.time_zone}
          onChange={(event) => edits.set({ time_zone: event.currentTarget.value })}
          data={[{ value: "", label: t("settings.none") }, ...timeZones(values.time_zone)]}
        />
      )}
      {contact && (
        <SwitchField
          name="organization_manager"
          label={t("contacts.manager")}
          checked={values.organization_manager}
          onChange={(event) => edits.set({ organization_manager: event.currentTarget.checked })}
        />
      )}
    </EditDialog>
  );
}

/** Every zone that this browser knows, and the one that is set. */
function timeZones(chosen: string): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return chosen === "" || known.includes(chosen) ? known : [chosen, ...known];
}

type ContactEdits = ReturnType<typeof useEdits<ReturnType<typeof fieldsOf>>>;

function useSaveContact(contact: Contact | undefined, edits: ContactEdits, onClose: () => void) {
  const { t } = useTranslation();
  const saved = useSaved();
  const { values, changed } = edits;
  return async () => {
    const name = values.name.trim();
    refuse(...needed("name", name, t), ...(contact ? [] : mailAddress("email", values.email, t)));
    const organization_id = values.organization?.id ?? null;
    const written = await (contact
      ? write(
          client.PATCH("/api/v1/contacts/{contact_id}", {
            params: { path: { contact_id: contact.id } },
            body: {
              name: changed.name,
              organization_manager: changed.organization_manager,
              ...("time_zone" in changed ? { time_zone: values.time_zone || null } : {}),
              ...("organization" in changed ? { organization_id } : {}),
              version: values.version,
            },
          }),
        )
      : write(
          client.POST("/api/v1/contacts", {
            body: { name, email: values.email.trim(), organization_id },
          }),
        ));
    saved(written, t(contact ? "contacts.saved" : "contacts.added", { name }), [
      settingsKeys.contacts,
      settingsKeys.organizations,
    ]);
    onClose();
  };
}
