import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { directoryKeys, useTeams } from "@/api/directory";
import { Button } from "@/ui/Button";
import { needed } from "@/ui/checks";
import { EditDialog } from "@/ui/EditDialog";
import { SwitchField, TextField } from "@/ui/Form";
import { namesAmong } from "@/ui/meanwhile";
import { useRecord } from "@/ui/record";
import { type Person, rolesQuery, settingsKeys } from "../api";
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
  const { name, active, team_ids, sees_all_teams } = person;
  return { name, active, team_ids, sees_all_teams, role_id: person.role?.id ?? 0 };
}

/** Somebody of the staff: name, role, teams, whether they may sign in. */
export function PersonDialog({ person, locked, onReload, onClose }: PersonDialogProps) {
  const { t } = useTranslation();
  const teams = useTeams();
  const roles = useQuery(rolesQuery).data ?? [];
  const record = useRecord({
    stored: person,
    fieldsOf: (stored = person) => fieldsOf(stored),
    words: {
      name: t("people.name"),
      active: t("people.active"),
      team_ids: { label: t("people.teams"), say: namesAmong(teams) },
      sees_all_teams: {
        label: t("people.sight"),
        say: (all) => t(all ? "people.seesAll" : "people.seesTheirs"),
      },
      role_id: { label: t("people.role"), say: (id: number) => namesAmong(roles)([id]) },
    },
    onReload,
    onClose,
    check: ({ name }) => needed("name", name, t),
    save: (_values, changed, version) =>
      write(
        client.PATCH("/api/v1/people/{person_id}", {
          params: { path: { person_id: person.id } },
          body: { ...changed, version },
        }),
      ),
    said: ({ name }) => t("people.saved", { name }),
    stale: [settingsKeys.people, directoryKeys.teams],
  });
  const [resetting, setResetting] = useState(false);
  const [listing, setListing] = useState(false);
  if (resetting) return <ResetPassword person={person} onClose={() => setResetting(false)} />;
  if (listing) return <PersonSessions person={person} onClose={() => setListing(false)} />;
  return (
    <EditDialog
      title={person.name}
      {...record.dialog}
      locked={locked}
      extra={
        !locked && (
          <Button type="button" size="l" icon="lock" onClick={() => setResetting(true)}>
            {t("people.reset")}
          </Button>
        )
      }
    >
      <TextField {...record.text("name")} label={t("people.name")} data-autofocus />
      <TextField name="email" label={t("people.email")} value={person.email ?? ""} disabled />
      <PersonFields values={record.values} set={record.set} locked={locked} />
      <SwitchField
        {...record.toggle("active")}
        label={t("people.active")}
        description={t("people.activeHint")}
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
