import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useTeams } from "@/api/directory";
import { useMe } from "@/api/session";
import { SelectField } from "@/ui/Form";
import { PickMany } from "@/ui/PickMany";
import { TeamSquare } from "@/ui/TicketIcons";
import { rolesQuery } from "../api";

type PersonFieldsProps = {
  values: { role_id: number; team_ids: number[]; sees_all_teams: boolean };
  set: (part: { role_id?: number; team_ids?: number[]; sees_all_teams?: boolean }) => void;
  locked: boolean;
};

/** What somebody may do and where they work. */
export function PersonFields({ values, set, locked }: PersonFieldsProps) {
  const { t } = useTranslation();
  const roles = useQuery(rolesQuery).data ?? [];
  const teams = useTeams();
  const mayGiveAll = useMe().person.sees_all_teams;
  return (
    <>
      <SelectField
        name="role_id"
        label={t("people.role")}
        value={String(values.role_id)}
        onChange={(event) => set({ role_id: Number(event.currentTarget.value) })}
        data={roles.map((role) => ({ value: String(role.id), label: role.name }))}
      />
      <PickMany
        label={t("people.teams")}
        addLabel={t("people.addTeam")}
        options={teams.map((team) => ({
          value: String(team.id),
          label: team.name,
          sign: <TeamSquare color={team.color} />,
        }))}
        chosen={values.team_ids}
        onChange={(team_ids) => set({ team_ids })}
        locked={locked}
      />
      <SelectField
        name="sees_all_teams"
        label={t("people.sight")}
        description={t(values.sees_all_teams ? "people.seesAllHint" : "people.seesTheirsHint")}
        value={values.sees_all_teams ? "all" : "theirs"}
        disabled={locked}
        onChange={(event) => set({ sees_all_teams: event.currentTarget.value === "all" })}
        data={[
          { value: "all", label: t("people.seesAll"), disabled: !mayGiveAll },
          { value: "theirs", label: t("people.seesTheirs") },
        ]}
      />
    </>
  );
}
