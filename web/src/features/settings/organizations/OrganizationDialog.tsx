import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { needed, refuse } from "@/ui/checks";
import { EditDialog } from "@/ui/EditDialog";
import { useEdits } from "@/ui/edits";
import { TextAreaField, TextField } from "@/ui/Form";
import { useSaved } from "@/ui/saved";
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
    version: organization?.version,
  };
}

const domainShape = /^[^@\s/]+\.[^@\s/]+$/;
const domainsOf = (text: string) => text.split(/[\s,;]+/).filter(Boolean);

/** An organization: its name and the mail domains of its contacts. */
export function OrganizationDialog(props: OrganizationDialogProps) {
  const { organization, locked, onReload, onClose } = props;
  const { t } = useTranslation();
  const saved = useSaved();
  const edits = useEdits(fieldsOf(organization));
  const { values } = edits;
  const save = async () => {
    const name = values.name.trim();
    const domains = domainsOf(values.domains);
    const wrong = domains.filter((domain) => !domainShape.test(domain));
    refuse(
      ...needed("name", name, t),
      ...wrong.slice(0, 1).map((domain) => ({
        field: "domains",
        message: t("organizations.wrongDomain", { domain }),
      })),
    );
    const written = await (organization
      ? write(
          client.PATCH("/api/v1/organizations/{organization_id}", {
            params: { path: { organization_id: organization.id } },
            body: { name, domains, version: values.version },
          }),
        )
      : write(client.POST("/api/v1/organizations", { body: { name, domains } })));
    saved(written, t(organization ? "organizations.saved" : "organizations.added", { name }), [
      settingsKeys.organizations,
      settingsKeys.contacts,
    ]);
    onClose();
  };
  const takeIn = async () => {
    const newer = await onReload?.();
    if (newer) edits.rebase(fieldsOf(newer));
  };
  return (
    <EditDialog
      title={organization?.name ?? t("organizations.add")}
      saveLabel={organization ? undefined : t("settings.add")}
      dirty={edits.dirty}
      locked={locked}
      onSave={save}
      onConflict={takeIn}
      onClose={onClose}
    >
      <TextField
        name="name"
        label={t("organizations.name")}
        value={values.name}
        onChange={(event) => edits.set({ name: event.currentTarget.value })}
        data-autofocus
      />
      <TextAreaField
        name="domains"
        label={t("organizations.domains")}
        description={t("organizations.domainsHint")}
        minRows={3}
        value={values.domains}
        onChange={(event) => edits.set({ domains: event.currentTarget.value })}
      />
    </EditDialog>
  );
}
