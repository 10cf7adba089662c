import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import type { FieldValues } from "@/api/customFields";
import { zones } from "@/lib/knownZones";
import { mailAddress, needed } from "@/ui/checks";
import { RecordFields, sayValues, sentValues } from "@/ui/customFields/RecordFields";
import { EditDialog } from "@/ui/EditDialog";
import { SelectField, SwitchField, TextAreaField, TextField } from "@/ui/Form";
import { useRecord } from "@/ui/record";
import { type ContactDetails, organizationsQuery, stale } from "../api";
import { type Found, FoundPicker } from "./FoundPicker";

function fieldsOf(contact?: ContactDetails) {
  return {
    name: contact?.name ?? "",
    emails: contact?.emails.join("\n") ?? "",
    phones: contact?.phones.map(phoneLine).join("\n") ?? "",
    organization: (contact?.organization ?? null) as Found | null,
    organization_manager: contact?.organization_manager ?? false,
    vip: contact?.vip ?? false,
    language: contact?.language ?? "en",
    time_zone: contact?.time_zone ?? "",
    external_id: contact?.external_id ?? "",
    fields: (contact?.fields ?? {}) as FieldValues,
  };
}
type Fields = ReturnType<typeof fieldsOf>;

const phoneLine = ({ number, label }: { number: string; label: string }) =>
  label ? `${number}, ${label}` : number;
const linesOf = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

function phoneOf(line: string) {
  const at = line.indexOf(",");
  if (at < 0) return { number: line, label: "" };
  return { number: line.slice(0, at).trim(), label: line.slice(at + 1).trim() };
}

type ContactFormProps = {
  contact: ContactDetails;
  onReload: () => Promise<ContactDetails | undefined>;
  onClose: () => void;
};

/** Everything of a contact that somebody types. */
export function ContactForm({ contact, onReload, onClose }: ContactFormProps) {
  const { t } = useTranslation();
  const record = useRecord({
    stored: contact,
    fieldsOf,
    words: {
      name: t("contactPage.name"),
      emails: t("contactPage.emails"),
      phones: t("contactPage.phones"),
      organization: { label: t("contactPage.organization"), say: (one) => one?.name ?? "" },
      organization_manager: t("contacts.manager"),
      vip: t("contactPage.vip"),
      language: t("contactPage.language"),
      time_zone: t("contactPage.zone"),
      external_id: t("contactPage.externalId"),
      fields: { label: t("contactPage.fields"), say: sayValues },
    },
    onReload,
    onClose,
    check: ({ name, emails }) => [
      ...needed("name", name, t),
      ...needed("emails", emails, t),
      ...linesOf(emails).flatMap((email) => mailAddress("emails", email, t)),
    ],
    save: (_values, changed, version) => edit(contact.id, changed, version),
    said: ({ name }) => t("contactPage.saved", { name: name.trim() }),
    stale,
  });
  return (
    <EditDialog title={contact.name} {...record.dialog} locked={false}>
      <TextField {...record.text("name")} label={t("contactPage.name")} data-autofocus />
      <TextAreaField
        {...record.text("emails")}
        label={t("contactPage.emails")}
        description={t("contactPage.emailsHint")}
        minRows={2}
        autosize
      />
      <TextAreaField
        {...record.text("phones")}
        label={t("contactPage.phones")}
        description={t("contactPage.phonesHint")}
        minRows={2}
        autosize
      />
      <FoundPicker
        legend={t("contactPage.organization")}
        label={t("contactPage.chooseOrganization")}
        none={t("contactPage.none")}
        query={organizationsQuery}
        value={record.values.organization}
        onChange={(organization) => record.set({ organization })}
      />
      <SwitchField {...record.toggle("organization_manager")} label={t("contacts.manager")} />
      <SwitchField
        {...record.toggle("vip")}
        label={t("contactPage.vip")}
        description={t("contactPage.vipHint")}
      />
      <TextField
        {...record.text("language")}
        label={t("contactPage.language")}
        description={t("contactPage.languageHint")}
        pattern="[a-z]{2}(-[A-Z]{2})?"
        maxLength={5}
      />
      <SelectField
        {...record.text("time_zone")}
        label={t("contactPage.zone")}
        data={[{ value: "", label: t("contactPage.none") }, ...zones(record.values.time_zone)]}
      />
      <TextField
        {...record.text("external_id")}
        label={t("contactPage.externalId")}
        maxLength={200}
      />
      <RecordFields
        entity="contact"
        values={record.values.fields}
        onChange={(fields) => record.set({ fields })}
        locked={false}
      />
    </EditDialog>
  );
}

function edit(contact_id: number, changed: Partial<Fields>, version: number | undefined) {
  const { emails, phones, organization, time_zone, external_id, fields, ...plain } = changed;
  return write(
    client.PATCH("/api/v1/contacts/{contact_id}", {
      params: { path: { contact_id } },
      body: {
        ...plain,
        ...(emails === undefined ? {} : { emails: linesOf(emails) }),
        ...(phones === undefined ? {} : { phones: linesOf(phones).map(phoneOf) }),
        ...(organization === undefined ? {} : { organization_id: organization?.id ?? null }),
        ...(time_zone === undefined ? {} : { time_zone: time_zone || null }),
        ...(external_id === undefined ? {} : { external_id: external_id.trim() || null }),
        ...(fields === undefined ? {} : { fields: sentValues(fields) }),
        version,
      },
    }),
  );
}
