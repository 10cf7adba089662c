import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import type { FieldValues } from "@/api/customFields";
import { needed } from "@/ui/checks";
import { RecordFields, sayValues, sentValues } from "@/ui/customFields/RecordFields";
import { EditDialog } from "@/ui/EditDialog";
import { TextAreaField, TextField } from "@/ui/Form";
import { useRecord } from "@/ui/record";
import { type Organization, settingsKeys } from "../api";

type OrganizationDialogProps = {
  /** Without one an organization is added. */
  organization?: Organization;
  locked: boolean;
  onReload?: () => Promise<Organization | undefined>;
  onClose: () => void;
};

function fieldsOf(organization?: Organization) {
  return {
    name: organization?.name ?? "",
    domains: organization?.domains.join("\n") ?? "",
    fields: (organization?.fields ?? {}) as FieldValues,
  };
}

const domainShape = /^[^@\s/]+\.[^@\s/]+$/;
const domainsOf = (text: string) => text.split(/[\s,;]+/).filter(Boolean);

/** An organization: its name and the mail domains of its contacts. */
export function OrganizationDialog(props: OrganizationDialogProps) {
  const { organization, locked, onReload, onClose } = props;
  const { t } = useTranslation();
  const record = useRecord({
    stored: organization,
    fieldsOf,
    words: {
      name: t("organizations.name"),
      domains: t("organizations.domains"),
      fields: { label: t("ticket.customFields"), say: sayValues },
    },
    onReload,
    onClose,
    check: ({ name, domains }) => {
      const wrong = domainsOf(domains).find((domain) => !domainShape.test(domain));
      const message = t("organizations.wrongDomain", { domain: wrong ?? "" });
      return [...needed("name", name, t), ...(wrong ? [{ field: "domains", message }] : [])];
    },
    save: (values, _changed, version) => {
      const body = {
        name: values.name.trim(),
        domains: domainsOf(values.domains),
        fields: sentValues(values.fields),
      };
      if (!organization) {
        return write(client.POST("/api/v1/organizations", { body: { ...body, vip: false } }));
      }
      return write(
        client.PATCH("/api/v1/organizations/{organization_id}", {
          params: { path: { organization_id: organization.id } },
          body: { ...body, version },
        }),
      );
    },
    said: ({ name }) =>
      t(organization ? "organizations.saved" : "organizations.added", { name: name.trim() }),
    stale: [settingsKeys.organizations, settingsKeys.contacts],
  });
  return (
    <EditDialog
      title={organization?.name ?? t("organizations.add")}
      {...record.dialog}
      locked={locked}
    >
      <TextField {...record.text("name")} label={t("organizations.name")} data-autofocus />
      <TextAreaField
        {...record.text("domains")}
        label={t("organizations.domains")}
        description={t("organizations.domainsHint")}
        minRows={3}
      />
      <RecordFields
        entity="organization"
        values={record.values.fields}
        onChange={(fields) => record.set({ fields })}
        locked={locked}
      />
    </EditDialog>
  );
}
