import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMayRead } from "@/api/access";
import { client, read } from "@/api/client";
import { useTeams } from "@/api/directory";
import { useMe } from "@/api/session";
import { CheckBox } from "@/ui/CheckBox";
import { SelectField } from "@/ui/Form";
import { ColumnChoice } from "@/ui/ticketColumns/ColumnChoice";
import { asGroups, GroupField } from "../groups/GroupField";
import classes from "./Audience.module.css";
import type { View } from "./api";
import { SortField } from "./SortField";
import type { ViewDraft } from "./useViewDraft";

type AudienceProps = {
  draft: ViewDraft;
  set: (change: Partial<ViewDraft>) => void;
  locked: boolean;
  view: View | undefined;
};

/** Who sees and who changes a view, and how it is laid out for them. */
export function Audience({ draft, set, locked, view }: AudienceProps) {
  const { t } = useTranslation();
  const me = useMe();
  const mayShare = ["view:share", "settings:views:edit"].some((one) =>
    me.permissions.includes(one),
  );
  const teams = useTeams();
  const scopes = (["personal", "team", "shared"] as const).filter(
    (scope) => mayShare || scope === "personal" || scope === view?.scope,
  );
  return (
    <fieldset className={classes.side} disabled={locked}>
      <SelectField
        name="scope"
        label={t("viewEditor.who")}
        description={t("viewEditor.onlyYourTickets")}
        value={draft.scope}
        onChange={(event) => {
          const scope = event.currentTarget.value as ViewDraft["scope"];
          set({
            scope,
            team_id: scope === "team" ? (draft.team_id ?? teams[0]?.id ?? null) : null,
          });
        }}
        data={scopes.map((scope) => ({ value: scope, label: t(`viewEditor.${scope}`) }))}
      />
      {draft.scope === "team" && (
        <SelectField
          name="team_id"
          label={t("viewEditor.teamLabel")}
          value={String(draft.team_id ?? "")}
          onChange={(event) => set({ team_id: Number(event.currentTarget.value) })}
          data={teams.map((team) => ({ value: String(team.id), label: team.name }))}
        />
      )}
      {draft.scope === "shared" && (
        <Roles chosen={draft.role_ids} onChange={(role_ids) => set({ role_ids })} />
      )}
      {draft.scope !== "personal" && (
        <SelectField
          name="editors"
          label={t("viewEditor.editors")}
          value={draft.editors}
          onChange={(event) => set({ editors: event.currentTarget.value as ViewDraft["editors"] })}
          data={(["owner", "viewers"] as const).map((one) => ({
            value: one,
            label: t(`viewEditor.${one}`),
          }))}
        />
      )}
      <SortField value={draft.sort} onChange={(sort) => set({ sort })} />
      <GroupField
        value={draft.grouped ? draft.group_by : "none"}
        onChange={(group) => set(asGroups(group))}
      />
      <ColumnChoice
        hint={t("viewEditor.columnsHint")}
        columns={draft.columns}
        onChange={(columns) => set({ columns })}
      />
    </fieldset>
  );
}

function Roles({ chosen, onChange }: { chosen: number[]; onChange: (ids: number[]) => void }) {
  const { t } = useTranslation();
  const mayRead = useMayRead();
  const roles =
    useQuery({
      queryKey: ["roles"],
      queryFn: async () => (await read(client.GET("/api/v1/roles"))).items,
      staleTime: 5 * 60_000,
      enabled: mayRead("staff"),
    }).data ?? [];
  const toggle = (id: number) => {
    const held = chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id];
    onChange(held.sort((a, b) => a - b));
  };
  return (
    <fieldset className={classes.roles}>
      <legend>{t("viewEditor.roles")}</legend>
      <p>{t("viewEditor.rolesHint")}</p>
      {roles.map((role) => (
        <div key={role.id} className={classes.role}>
          <CheckBox
            checked={chosen.includes(role.id)}
            label={role.name}
            onChange={() => toggle(role.id)}
          />
          <bdi>{role.name}</bdi>
        </div>
      ))}
    </fieldset>
  );
}
