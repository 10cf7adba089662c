import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import type { FieldValues } from "@/api/customFields";
import { mailAddress, needed } from "@/ui/checks";
import { RecordFields, sayValues, sentValues } from "@/ui/customFields/RecordFields";
import { EditDialog } from "@/ui/EditDialog";
import { SelectField, SwitchField, TextField } from "@/ui/Form";
import { useRecord } from "@/ui/record";
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
    fields: (contact?.fields ?? {}) as FieldValues,
  };
}

/** A contact: name, address, organization. */
export function ContactDialog({ contact, locked, onReload, onClose }: ContactDialogProps) {
  const { t } = useTranslation();
  const record = useRecord({
    stored: contact,
    fieldsOf,
    words: {
      name: t("contacts.name"),
      email: t("contacts.email"),
      organization: { label: t("contacts.organization"), say: (one) => one?.name ?? "" },
      organization_manager: t("contacts.manager"),
      time_zone: t("contacts.timeZone"),
      fields: { label: t("ticket.customFields"), say: sayValues },
    },
    onReload,
    onClose,
    check: ({ name, email }) => [
      ...needed("name", name, t),
      ...(contact ? [] : mailAddress("email", email, t)),
    ],
    save: (values, changed, version) =>
      contact ? edit(contact.id, changed, version) : add(values),
    said: ({ name }) => t(contact ? "contacts.saved" : "contacts.added", { name: name.trim() }),
    stale: [settingsKeys.contacts, settingsKeys.organizations],
  });
  const { values } = record;
  return (
    <EditDialog title={contact?.name ?? t("contacts.add")} {...record.dialog} locked={locked}>
      <TextField {...record.text("name")} label={t("contacts.name")} data-autofocus />
      <TextField
        {...record.text("email")}
        label={t("contacts.email")}
        inputMode="email"
        disabled={contact !== undefined}
      />
      <OrganizationPicker
        value={values.organization}
        noneLabel={contact ? t("settings.none") : t("contacts.byDomain")}
        onChange={(organization) => record.set({ organization })}
        locked={locked}
      />
      {contact && (
        <SelectField
          {...record.text("time_zone")}
          label={t("contacts.timeZone")}
          description={t("contacts.timeZoneHint")}
          data={[{ value: "", label: t("settings.none") }, ...timeZones(values.time_zone)]}
        />
      )}
      {contact && (
        <SwitchField {...record.toggle("organization_manager")} label={t("contacts.manager")} />
      )}
      <RecordFields
        entity="contact"
        values={values.fields}
        onChange={(fields) => record.set({ fields })}
        locked={locked}
      />
    </EditDialog>
  );
}

/** Every zone that this browser knows, and the one that is set. */
function timeZones(chosen: string): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return chosen === "" || known.includes(chosen) ? known : [chosen, ...known];
}

type Fields = ReturnType<typeof fieldsOf>;

function edit(contact_id: number, changed: Partial<Fields>, version: number | undefined) {
  const { name, organization_manager, organization, time_zone, fields } = changed;
  return write(
    client.PATCH("/api/v1/contacts/{contact_id}", {
      params: { path: { contact_id } },
      body: {
        name,
        organization_manager,
        fields: fields && sentValues(fields),
        ...(time_zone === undefined ? {} : { time_zone: time_zone || null }),
        ...(organization === undefined ? {} : { organization_id: organization?.id ?? null }),
        version,
      },
    }),
  );
}

function add({ name, email, organization, fields }: Fields) {
  const body = {
    name: name.trim(),
    email: email.trim(),
    organization_id: organization?.id ?? null,
    fields: sentValues(fields),
  };
  return write(client.POST("/api/v1/contacts", { body }));
}
