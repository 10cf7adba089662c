import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { needed, refuse } from "@/ui/checks";
import { EditDialog } from "@/ui/EditDialog";
import { useEdits } from "@/ui/edits";
import { SelectField, TextField } from "@/ui/Form";
import { useSaved } from "@/ui/saved";
import { sendingKeys } from "./api";

const algorithms = ["rsa", "ed25519"] as const;

/** Makes a key for the domain of a mailbox. */
export function NewKeyDialog({ domain, onClose }: { domain: string; onClose: () => void }) {
  const { t } = useTranslation();
  const saved = useSaved();
  const edits = useEdits({ selector: "atum1", algorithm: "rsa" as "rsa" | "ed25519" });
  const { values } = edits;
  const save = async () => {
    refuse(...needed("selector", values.selector, t));
    const written = await write(
      client.POST("/api/v1/signing-keys", { body: { domain, ...values } }),
    );
    saved(written, t("sending.keyMade", { selector: values.selector }), [sendingKeys.signingKeys]);
    onClose();
  };
  return (
    <EditDialog
      title={`${t("sending.newKey")}: ${domain}`}
      saveLabel={t("sending.newKey")}
      dirty
      locked={false}
      onSave={save}
      onClose={onClose}
    >
      <TextField
        name="selector"
        label={t("sending.selector")}
        description={t("sending.selectorHint")}
        value={values.selector}
        onChange={(event) => edits.set({ selector: event.currentTarget.value })}
      />
      <SelectField
        name="algorithm"
        label={t("sending.algorithm")}
        value={values.algorithm}
        onChange={(event) =>
          edits.set({ algorithm: event.currentTarget.value as "rsa" | "ed25519" })
        }
        data={algorithms.map((one) => ({ value: one, label: t(`sending.algorithms.${one}`) }))}
      />
    </EditDialog>
  );
}
