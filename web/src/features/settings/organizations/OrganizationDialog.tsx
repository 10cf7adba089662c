import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import type { FieldValues } from "@/api/customFields";
import { zones } from "@/lib/knownZones";
import { needed } from "@/ui/checks";
import { RecordFields, sayValues, sentValues } from "@/ui/customFields/RecordFields";
import { EditDialog } from "@/ui/EditDialog";
import { SelectField, SwitchField, TextAreaField, TextField } from "@/ui/Form";
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
    vip: organization?.vip ?? false,
    language: organization?.language ?? "",
    time_zone: organization?.time_zone ?? "",
    fields: (organization?.fields ?? {}) as FieldValues,
  };
}

const domainShape = /^[^@\s/]+\.[^@\s/]+$/;
const languageShape = /^[a-z]{2}(-[A-Z]{2})?$/;
const domainsOf = (text: string) => text.split(/[\s,;]+/).filter(Boolean);

function bodyOf(values: ReturnType<typeof fieldsOf>) {
  return {
    name: values.name.trim(),
    domains: domainsOf(values.domains),
    vip: values.vip,
    language: values.language.trim() || null,
    time_zone: values.time_zone || null,
    fields: sentValues(values.fields),
  };
}

/** An organization: its name, the mail domains of its contacts, and what these begin with. */
export function OrganizationDialog(props: OrganizationDialogProps) {
  const { organization, locked, onReload, onClose } = props;
  const { t } = useTranslation();
  const record = useRecord({
    stored: organization,
    fieldsOf,
    words: {
      name: t("organizations.name"),
      domains: t("organizations.domains"),
      vip: t("organizations.vip"),
      language: t("organizations.language"),
      time_zone: t("organizations.zone"),
      fields: { label: t("ticket.customFields"), say: sayValues },
    },
    onReload,
    onClose,
    check: ({ name, domains, language }) => {
      const domain = domainsOf(domains).find((one) => !domainShape.test(one));
      const wrong = [];
      if (domain !== undefined)
        wrong.push({ field: "domains", message: t("organizations.wrongDomain", { domain }) });
      if (language.trim() !== "" && !languageShape.test(language.trim()))
        wrong.push({ field: "language", message: t("organizations.wrongLanguage", { language }) });
      return [...needed("name", name, t), ...wrong];
    },
    save: (values, changed, version) => {
      if (!organization) {
        return write(client.POST("/api/v1/organizations", { body: bodyOf(values) }));
      }
      const sent = Object.entries(bodyOf(values)).filter(([field]) => field in changed);
      return write(
        client.PATCH("/api/v1/organizations/{organization_id}", {
          params: { path: { organization_id: organization.id } },
          body: { ...Object.fromEntries(sent), version },
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
      <SwitchField
        {...record.toggle("vip")}
        label={t("organizations.vip")}
        description={t("organizations.vipHint")}
      />
      <TextField
        {...record.text("language")}
        label={t("organizations.language")}
        description={t("organizations.languageHint")}
        maxLength={5}
      />
      <SelectField
        {...record.text("time_zone")}
        label={t("organizations.zone")}
        description={t("organizations.zoneHint")}
        data={[{ value: "", label: t("organizations.none") }, ...zones(record.values.time_zone)]}
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
