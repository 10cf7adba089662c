import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { directoryKeys } from "@/api/directory";
import { Button } from "@/ui/Button";
import { needed, refuse } from "@/ui/checks";
import { EditDialog } from "@/ui/EditDialog";
import { useEdits } from "@/ui/edits";
import { SwitchField, TextField } from "@/ui/Form";
import { useSaved } from "@/ui/saved";
import { type Person, settingsKeys } from "../api";
import { PersonFields } from "./PersonFields";
import { PersonSessions } from "./PersonSessions";
import { ResetPassword } from "./ResetPassword";

type PersonDialogProps = {
  person: Person;
  locked: boolean;
  onReload: () => Promise<Person | undefined>;
  onClose: () => void;
};

function fieldsOf(person: Person) {
  const { name, active, team_ids, sees_all_teams, version } = person;
  return { name, active, team_ids, sees_all_teams, version, role_id: person.role?.id ?? 0 };
}

/** Somebody of the staff: name, role, teams, whether they may sign in. */
export function PersonDialog({ person, locked, onReload, onClose }: PersonDialogProps) {
  const { t } = useTranslation();
  const saved = useSaved();
  const edits = useEdits(fieldsOf(person));
  const [resetting, setResetting] = useState(false);
  const [listing, setListing] = useState(false);
  const { values } = edits;
  const save = async () => {
    refuse(...needed("name", values.name, t));
    const written = await write(
      client.PATCH("/api/v1/people/{person_id}", {
        params: { path: { person_id: person.id } },
        body: { ...edits.changed, version: values.version },
      }),
    );
    saved(written, t("people.saved", { name: values.name }), [
      settingsKeys.people,
      directoryKeys.teams,
    ]);
    onClose();
  };
  const takeIn = async () => {
    const newer = await onReload();
    if (newer) edits.rebase(fieldsOf(newer));
  };
  if (resetting) return <ResetPassword person={person} onClose={() => setResetting(false)} />;
  if (listing) return <PersonSessions person={person} onClose={() => setListing(false)} />;
  return (
    <EditDialog
      title={person.name}
      dirty={edits.dirty}
      locked={locked}
      onSave={save}
      onConflict={takeIn}
      onClose={onClose}
      extra={
        !locked && (
          <Button type="button" size="l" icon="lock" onClick={() => setResetting(true)}>
            {t("people.reset")}
          </Button>
        )
      }
    >
      <TextField
        name="name"
        label={t("people.name")}
        value={values.name}
        onChange={(event) => edits.set({ name: event.currentTarget.value })}
        data-autofocus
      />
      <TextField name="email" label={t("people.email")} value={person.email ?? ""} disabled />
      <PersonFields values={values} set={edits.set} locked={locked} />
      <SwitchField
        name="active"
        label={t("people.active")}
        description={t("people.activeHint")}
        checked={values.active}
        onChange={(event) => edits.set({ active: event.currentTarget.checked })}
      />
      {!locked && (
        <div>
          <Button type="button" look="line" icon="plug" onClick={() => setListing(true)}>
            {t("access.of")}
          </Button>
        </div>
      )}
    </EditDialog>
  );
}
