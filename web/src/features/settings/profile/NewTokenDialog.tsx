import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, read } from "@/api/client";
import { needed, refuse } from "@/ui/checks";
import { EditDialog } from "@/ui/EditDialog";
import { useEdits } from "@/ui/edits";
import { SelectField, TextField } from "@/ui/Form";
import { SecretOnce } from "@/ui/SecretOnce";
import { settingsKeys } from "../api";
import { ScopesField } from "./ScopesField";

const lifetimesInDays = [7, 30, 90, 365, 730];
const newToken = { name: "", scopes: null as string[] | null, expires_in_days: 90 };

/** Makes a token and shows it once. */
export function NewTokenDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const edits = useEdits(newToken);
  const [token, setToken] = useState<string | null>(null);
  const { values } = edits;
  const save = async () => {
    const unchosen = values.scopes?.length === 0;
    refuse(
      ...needed("name", values.name, t),
      ...(unchosen ? [{ field: "scopes", message: t("profile.chooseScopes") }] : []),
    );
    const { name, scopes, expires_in_days } = values;
    const body = { name: name.trim(), scopes: scopes ?? [], expires_in_days };
    const made = await read(client.POST("/api/v1/me/tokens", { body }));
    setToken(made.token);
    await queryClient.invalidateQueries({ queryKey: settingsKeys.sessions });
  };
  if (token !== null) {
    return (
      <SecretOnce
        title={t("profile.tokenMade")}
        hint={t("profile.tokenOnce")}
        secret={token}
        onClose={onClose}
      />
    );
  }
  return (
    <EditDialog
      title={t("profile.newToken")}
      saveLabel={t("profile.make")}
      dirty={edits.dirty}
      locked={false}
      onSave={save}
      onClose={onClose}
    >
      <TextField
        name="name"
        label={t("profile.tokenName")}
        placeholder={t("profile.tokenNameHint")}
        value={values.name}
        onChange={(event) => edits.set({ name: event.currentTarget.value })}
        data-autofocus
      />
      <SelectField
        name="expires_in_days"
        label={t("profile.expires")}
        value={String(values.expires_in_days)}
        onChange={(event) => edits.set({ expires_in_days: Number(event.currentTarget.value) })}
        data={lifetimesInDays.map((count) => ({
          value: String(count),
          label: t("profile.days", { count }),
        }))}
      />
      <ScopesField value={values.scopes} onChange={(scopes) => edits.set({ scopes })} />
    </EditDialog>
  );
}
