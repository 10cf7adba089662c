import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { directoryKeys } from "@/api/directory";
import { useMe } from "@/api/session";
import { mailAddress, needed, refuse } from "@/ui/checks";
import { EditDialog } from "@/ui/EditDialog";
import { useEdits } from "@/ui/edits";
import { TextField } from "@/ui/Form";
import { SecretOnce } from "@/ui/SecretOnce";
import { useSaved } from "@/ui/saved";
import { rolesQuery, settingsKeys } from "../api";
import { PersonFields } from "./PersonFields";

/** Adds somebody; the password made for them is shown once. */
export function NewPersonDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const saved = useSaved();
  const usual = useQuery(rolesQuery).data?.[0]?.id ?? 0;
  const { sees_all_teams } = useMe().person;
  const edits = useEdits({
    name: "",
    email: "",
    role_id: 0,
    team_ids: [] as number[],
    sees_all_teams,
  });
  const [password, setPassword] = useState<string | null>(null);
  const values = { ...edits.values, role_id: edits.values.role_id || usual };
  const save = async () => {
    refuse(...needed("name", values.name, t), ...mailAddress("email", values.email, t));
    const body = { ...values, name: values.name.trim(), email: values.email.trim() };
    const written = await write(client.POST("/api/v1/people", { body }));
    saved(written, t("people.added", { name: body.name }), [
      settingsKeys.people,
      directoryKeys.teams,
    ]);
    if (written.data.password === null) onClose();
    else setPassword(written.data.password);
  };
  if (password !== null) {
    return (
      <SecretOnce
        title={t("people.firstPassword", { name: values.name })}
        hint={t("people.passwordOnce")}
        secret={password}
        onClose={onClose}
      />
    );
  }
  return (
    <EditDialog
      title={t("people.add")}
      saveLabel={t("settings.add")}
      dirty={edits.dirty}
      locked={false}
      onSave={save}
      onClose={onClose}
    >
      <TextField
        name="name"
        label={t("people.name")}
        value={values.name}
        onChange={(event) => edits.set({ name: event.currentTarget.value })}
        data-autofocus
      />
      <TextField
        name="email"
        label={t("people.email")}
        inputMode="email"
        value={values.email}
        onChange={(event) => edits.set({ email: event.currentTarget.value })}
      />
      <PersonFields values={values} set={edits.set} locked={false} />
    </EditDialog>
  );
}
