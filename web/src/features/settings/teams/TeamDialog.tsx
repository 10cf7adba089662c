import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { directoryKeys, useStaff } from "@/api/directory";
import type { Team } from "@/api/types";
import { Avatar } from "@/ui/Avatar";
import { needed, refuse } from "@/ui/checks";
import { EditDialog } from "@/ui/EditDialog";
import { useEdits } from "@/ui/edits";
import { TextField } from "@/ui/Form";
import { PickMany } from "@/ui/PickMany";
import { useSaved } from "@/ui/saved";
import { settingsKeys } from "../api";
import { ColorField, teamColors } from "./ColorField";

type TeamDialogProps = {
  /** Without one a team is added. */
  team?: Team;
  locked: boolean;
  onReload?: () => Promise<Team | undefined>;
  onClose: () => void;
};

function fieldsOf(team?: Team) {
  return {
    name: team?.name ?? "",
    color: team?.color ?? teamColors[0],
    member_ids: team?.member_ids ?? [],
    version: team?.version,
  };
}

/** A team: name, colour, members. */
export function TeamDialog({ team, locked, onReload, onClose }: TeamDialogProps) {
  const { t } = useTranslation();
  const saved = useSaved();
  const staff = useStaff();
  const edits = useEdits(fieldsOf(team));
  const { values } = edits;
  const save = async () => {
    refuse(...needed("name", values.name, t));
    const written = await (team
      ? write(
          client.PATCH("/api/v1/teams/{team_id}", {
            params: { path: { team_id: team.id } },
            body: { ...edits.changed, version: values.version },
          }),
        )
      : write(
          client.POST("/api/v1/teams", {
            body: { name: values.name.trim(), color: values.color, member_ids: values.member_ids },
          }),
        ));
    saved(written, t(team ? "teams.saved" : "teams.added", { name: values.name.trim() }), [
      directoryKeys.teams,
      settingsKeys.people,
    ]);
    onClose();
  };
  const takeIn = async () => {
    const newer = await onReload?.();
    if (newer) edits.rebase(fieldsOf(newer));
  };
  return (
    <EditDialog
      title={team?.name ?? t("teams.add")}
      saveLabel={team ? undefined : t("settings.add")}
      dirty={edits.dirty}
      locked={locked}
      onSave={save}
      onConflict={takeIn}
      onClose={onClose}
    >
      <TextField
        name="name"
        label={t("teams.name")}
        value={values.name}
        onChange={(event) => edits.set({ name: event.currentTarget.value })}
        data-autofocus
      />
      <ColorField value={values.color} onChange={(color) => edits.set({ color })} />
      <PickMany
        label={t("teams.members")}
        addLabel={t("teams.addMember")}
        options={staff.map((person) => ({
          value: String(person.id),
          label: person.name,
          hint: person.email ?? undefined,
          sign: <Avatar id={person.id} name={person.name} size="xs" />,
        }))}
        chosen={values.member_ids}
        onChange={(member_ids) => edits.set({ member_ids })}
        locked={locked}
      />
    </EditDialog>
  );
}
