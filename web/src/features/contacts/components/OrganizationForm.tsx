import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import type { FieldValues } from "@/api/customFields";
import { needed } from "@/ui/checks";
import { RecordFields, sayValues, sentValues } from "@/ui/customFields/RecordFields";
import { EditDialog } from "@/ui/EditDialog";
import { SwitchField, TextAreaField, TextField } from "@/ui/Form";
import { useRecord } from "@/ui/record";
import { type OrganizationDetails, stale } from "../api";

function fieldsOf(organization?: OrganizationDetails) {
  return {
    name: organization?.name ?? "",
    domains: organization?.domains.join("\n") ?? "",
    shares_tickets: organization?.shares_tickets ?? false,
    external_id: organization?.external_id ?? "",
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
      fields: { label: t("contactPage.fields"), say: sayValues },
    },
    onReload,
    onClose,
    check: ({ name }) => needed("name", name, t),
    save: (_values, { domains, external_id, fields, ...plain }, version) =>
      write(
        client.PATCH("/api/v1/organizations/{organization_id}", {
          params: { path: { organization_id: organization.id } },
          body: {
            ...plain,
            ...(domains === undefined ? {} : { domains: domainsOf(domains) }),
            ...(external_id === undefined ? {} : { external_id: external_id.trim() || null }),
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
