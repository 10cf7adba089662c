import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import type { FieldValues } from "@/api/customFields";
import { zones } from "@/lib/knownZones";
import { needed } from "@/ui/checks";
import { RecordFields, sayValues, sentValues } from "@/ui/customFields/RecordFields";
import { EditDialog } from "@/ui/EditDialog";
import { SelectField, SwitchField, TextAreaField, TextField } from "@/ui/Form";
import { useRecord } from "@/ui/record";
import { type OrganizationDetails, stale } from "../api";

function fieldsOf(organization?: OrganizationDetails) {
  return {
    name: organization?.name ?? "",
    domains: organization?.domains.join("\n") ?? "",
    shares_tickets: organization?.shares_tickets ?? false,
    external_id: organization?.external_id ?? "",
    language: organization?.language ?? "",
    time_zone: organization?.time_zone ?? "",
    vip: organization?.vip ?? false,
    fields: (organization?.fields ?? {}) as FieldValues,
  };
}

const domainsOf = (text: string) => text.split(/[\s,;]+/).filter(Boolean);

type OrganizationFormProps = {
  organization: OrganizationDetails;
  onReload: () => Promise<OrganizationDetails | undefined>;
  onClose: () => void;
};

/** Everything of an organization that somebody types. */
export function OrganizationForm({ organization, onReload, onClose }: OrganizationFormProps) {
  const { t } = useTranslation();
  const record = useRecord({
    stored: organization,
    fieldsOf,
    words: {
      name: t("contactPage.name"),
      domains: t("contactPage.domains"),
      shares_tickets: t("contactPage.shares"),
      external_id: t("contactPage.externalId"),
      language: t("contactPage.language"),
      time_zone: t("contactPage.zone"),
      vip: t("contactPage.vip"),
      fields: { label: t("contactPage.fields"), say: sayValues },
    },
    onReload,
    onClose,
    check: ({ name }) => needed("name", name, t),
    save: (_values, { domains, external_id, language, time_zone, fields, ...plain }, version) =>
      write(
        client.PATCH("/api/v1/organizations/{organization_id}", {
          params: { path: { organization_id: organization.id } },
          body: {
            ...plain,
            ...(domains === undefined ? {} : { domains: domainsOf(domains) }),
            ...(external_id === undefined ? {} : { external_id: external_id.trim() || null }),
            ...(language === undefined ? {} : { language: language || null }),
            ...(time_zone === undefined ? {} : { time_zone: time_zone.trim() || null }),
            ...(fields === undefined ? {} : { fields: sentValues(fields) }),
            version,
          },
        }),
      ),
    said: ({ name }) => t("contactPage.saved", { name: name.trim() }),
    stale,
  });
  return (
    <EditDialog title={organization.name} {...record.dialog} locked={false}>
      <TextField {...record.text("name")} label={t("contactPage.name")} data-autofocus />
      <TextAreaField
        {...record.text("domains")}
        label={t("contactPage.domains")}
        description={t("contactPage.domainsHint")}
        minRows={3}
      />
      <SwitchField {...record.toggle("shares_tickets")} label={t("contactPage.shares")} />
      <SwitchField {...record.toggle("vip")} label={t("contactPage.vip")} />
      <TextField
        {...record.text("language")}
        label={t("contactPage.language")}
        description={t("contactPage.newPeopleHint")}
        pattern="[a-z]{2}(-[A-Z]{2})?"
        maxLength={5}
      />
      <SelectField
        {...record.text("time_zone")}
        label={t("contactPage.zone")}
        description={t("contactPage.newPeopleHint")}
        data={[{ value: "", label: t("contactPage.none") }, ...zones(record.values.time_zone)]}
      />
      <TextField
        {...record.text("external_id")}
        label={t("contactPage.externalId")}
        maxLength={200}
      />
      <RecordFields
        entity="organization"
        values={record.values.fields}
        onChange={(fields) => record.set({ fields })}
        locked={false}
      />
    </EditDialog>
  );
}
