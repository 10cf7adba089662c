import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { useStaff, useTeams } from "@/api/directory";
import { EditDialog } from "@/ui/EditDialog";
import { SelectField, SwitchField, TextAreaField, TextField } from "@/ui/Form";
import { useRecord } from "@/ui/record";
import { type Signature, signaturesKey, variablesQuery } from "./api";
import { SignatureDraft } from "./SignatureDraft";
import classes from "./SignatureDraft.module.css";
import { useMailboxes, useSignatureName } from "./SignatureRow";

type SignatureDialogProps = {
  /** Without one a signature is added. */
  signature?: Signature;
  /** One's own: whose it is is not asked for. */
  ownerId?: number;
  locked: boolean;
  onReload?: () => Promise<Signature | undefined>;
  onClose: () => void;
};

const ANY = "0";

/** A signature: whose replies it stands below, and what it says. */
export function SignatureDialog(props: SignatureDialogProps) {
  const { signature, ownerId, locked, onReload, onClose } = props;
  const { t } = useTranslation();
  const variables = useQuery(variablesQuery).data ?? [];
  const record = useRecord({
    stored: signature,
    fieldsOf: (stored?: Signature) => ({
      person_id: stored?.person_id ?? ownerId ?? null,
      mailbox_id: stored?.mailbox_id ?? null,
      team_id: stored?.team_id ?? null,
      language: stored?.language ?? "",
      is_html: stored ? stored.html !== null : false,
      source: stored?.html ?? stored?.text ?? "",
    }),
    words: {
      person_id: { label: t("signatures.person"), say: String },
      mailbox_id: { label: t("signatures.mailbox"), say: String },
      team_id: { label: t("signatures.team"), say: String },
      language: t("signatures.language"),
      is_html: t("signatures.isHtml"),
      source: t("signatures.text"),
    },
    onReload,
    onClose,
    save: ({ person_id, mailbox_id, team_id, language, is_html, source }, changed, version) => {
      const scope = { mailbox_id, team_id, language };
      const texts = is_html ? { text: "", html: source } : { text: source };
      if (!signature)
        return write(
          client.POST("/api/v1/signatures", { body: { person_id, ...scope, ...texts } }),
        );
      const rewritten = changed.source !== undefined || changed.is_html !== undefined;
      return write(
        client.PATCH("/api/v1/signatures/{signature_id}", {
          params: { path: { signature_id: signature.id } },
          body: { ...scope, ...(rewritten ? texts : null), version },
        }),
      );
    },
    said: () => t("signatures.saved"),
    stale: [signaturesKey],
  });
  const { values } = record;
  const name = useSignatureName({ ...values, person_name: signature?.person_name ?? null });
  const removal = signature && {
    label: t("signatures.delete"),
    title: t("settings.removeTitle", { name }),
    onRemove: () => record.remove(() => removeSignature(signature.id), t("signatures.deleted")),
  };
  return (
    <EditDialog
      title={signature ? name : t("signatures.add")}
      {...record.dialog}
      dirty={!signature || record.dialog.dirty}
      locked={locked}
      removal={removal}
    >
      {!signature && ownerId === undefined && (
        <PersonField id={values.person_id} onChange={(person_id) => record.set({ person_id })} />
      )}
      <ScopeFields scope={values} onChange={record.set} />
      <TextField
        name="language"
        label={t("signatures.language")}
        description={t("layouts.languageHint")}
        value={values.language}
        onChange={(event) => record.set({ language: event.currentTarget.value.trim() })}
      />
      <TextAreaField
        {...record.text("source")}
        label={t(values.is_html ? "signatures.html" : "signatures.text")}
        minRows={3}
        maxRows={10}
        dir="auto"
        data-autofocus
      />
      <SwitchField
        {...record.toggle("is_html")}
        label={t("signatures.isHtml")}
        description={t("signatures.isHtmlHint")}
      />
      <p className={classes.variables}>
        {t("layouts.placeholders")} {variables.map((one) => `{{ ${one} }}`).join(" ")}
      </p>
      <SignatureDraft source={values.source} isHtml={values.is_html} />
    </EditDialog>
  );
}

const removeSignature = (signature_id: number) =>
  write(client.DELETE("/api/v1/signatures/{signature_id}", { params: { path: { signature_id } } }));

type PersonFieldProps = { id: number | null; onChange: (id: number | null) => void };

function PersonField({ id, onChange }: PersonFieldProps) {
  const { t } = useTranslation();
  const staff = useStaff();
  return (
    <SelectField
      name="person_id"
      label={t("signatures.person")}
      value={String(id ?? ANY)}
      onChange={(event) => onChange(Number(event.currentTarget.value) || null)}
      data={[
        { value: ANY, label: t("signatures.everybody") },
        ...staff.map((one) => ({ value: String(one.id), label: one.name })),
      ]}
    />
  );
}

type Scope = { mailbox_id: number | null; team_id: number | null };
type ScopeFieldsProps = { scope: Scope; onChange: (part: Partial<Scope>) => void };

function ScopeFields({ scope, onChange }: ScopeFieldsProps) {
  const { t } = useTranslation();
  const teams = useTeams();
  const mailboxes = useMailboxes();
  return (
    <>
      {(mailboxes.length > 0 || scope.mailbox_id !== null) && (
        <SelectField
          name="mailbox_id"
          label={t("signatures.mailbox")}
          value={String(scope.mailbox_id ?? ANY)}
          onChange={(event) => onChange({ mailbox_id: Number(event.currentTarget.value) || null })}
          data={[
            { value: ANY, label: t("signatures.everyMailbox") },
            ...mailboxes.map((one) => ({ value: String(one.id), label: one.name })),
          ]}
        />
      )}
      <SelectField
        name="team_id"
        label={t("signatures.team")}
        value={String(scope.team_id ?? ANY)}
        onChange={(event) => onChange({ team_id: Number(event.currentTarget.value) || null })}
        data={[
          { value: ANY, label: t("layouts.everyTeam") },
          ...teams.map((one) => ({ value: String(one.id), label: one.name })),
        ]}
      />
    </>
  );
}
