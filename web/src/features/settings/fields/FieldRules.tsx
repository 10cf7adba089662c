import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { teamsQuery } from "@/api/directory";
import { CheckBox } from "@/ui/CheckBox";
import { SelectField } from "@/ui/Form";
import { PickMany } from "@/ui/PickMany";
import { TeamSquare } from "@/ui/TicketIcons";
import type { Draft } from "./draft";
import classes from "./FieldRules.module.css";
import { mayBeForRequesters } from "./kinds";

const occasions = ["open", "resolve", "hand_over"] as const;
const types = ["question", "incident", "problem", "task"] as const;

type FieldRulesProps = { draft: Draft; set: (change: Partial<Draft>) => void; locked: boolean };

/** When tickets must have a value, what requesters do with it, and which tickets have the field. */
export function FieldRules({ draft, set, locked }: FieldRulesProps) {
  const { t } = useTranslation();
  const teams = useQuery(teamsQuery).data ?? [];
  const options = teams.map(({ id, name, color }) => ({
    value: String(id),
    label: name,
    sign: <TeamSquare color={color} />,
  }));
  return (
    <>
      <Boxes
        label={t("fields.requiredLabel")}
        values={occasions}
        chosen={draft.required_on}
        say={(one) => t(`fields.requiredOn.${one}`)}
        onChange={(required_on) => set({ required_on })}
        locked={locked}
      />
      {draft.required_on.includes("hand_over") && (
        <PickMany
          label={t("fields.handOverTeams")}
          addLabel={t("fields.addTeam")}
          options={options}
          chosen={draft.hand_over_team_ids}
          onChange={(ids) => set({ hand_over_team_ids: ids })}
          locked={locked}
        />
      )}
      {mayBeForRequesters(draft.kind) && (
        <SelectField
          name="requesters"
          label={t("fields.requestersLabel")}
          value={draft.requesters}
          disabled={locked}
          onChange={(event) =>
            set({ requesters: event.currentTarget.value as Draft["requesters"] })
          }
          data={(["none", "see", "edit"] as const).map((one) => ({
            value: one,
            label: t(`fields.requesters.${one}`),
          }))}
        />
      )}
      <PickMany
        label={t("fields.teams")}
        addLabel={t("fields.addTeam")}
        options={options}
        chosen={draft.team_ids}
        onChange={(team_ids) => set({ team_ids })}
        locked={locked}
      />
      <Boxes
        label={t("fields.types")}
        values={types}
        chosen={draft.ticket_types}
        say={(one) => t(`type.${one}`)}
        onChange={(ticket_types) => set({ ticket_types })}
        locked={locked}
      />
    </>
  );
}

type BoxesProps<T extends string> = {
  label: string;
  values: readonly T[];
  chosen: readonly string[];
  say: (value: T) => string;
  onChange: (chosen: T[]) => void;
  locked: boolean;
};

/** Some of a few values, in their order. */
function Boxes<T extends string>({ label, values, chosen, say, onChange, locked }: BoxesProps<T>) {
  return (
    <fieldset className={classes.boxes} disabled={locked}>
      <legend>{label}</legend>
      {values.map((one) => (
        <div key={one} className={classes.box}>
          <CheckBox
            checked={chosen.includes(one)}
            label={say(one)}
            onChange={() =>
              onChange(values.filter((value) => chosen.includes(value) !== (value === one)))
            }
          />
          <span>{say(one)}</span>
        </div>
      ))}
    </fieldset>
  );
}
