import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import { directoryKeys, useStaff } from "@/api/directory";
import type { Team } from "@/api/types";
import { Avatar } from "@/ui/Avatar";
import { useAwayText } from "@/ui/away";
import { needed } from "@/ui/checks";
import { EditDialog } from "@/ui/EditDialog";
import { SelectField, TextField } from "@/ui/Form";
import { namesAmong } from "@/ui/meanwhile";
import { PickMany } from "@/ui/PickMany";
import { useRecord } from "@/ui/record";
import { TeamSquare } from "@/ui/TicketIcons";
import { settingsKeys } from "../api";
import { ColorField, teamColors } from "./ColorField";

type TeamDialogProps = {
  /** Without one a team is added. */
  team?: Team;
  locked: boolean;
  onReload?: () => Promise<Team | undefined>;
  onClose: () => void;
};

const assignWays = ["always", "ask", "never"] as const;

function fieldsOf(team?: Team) {
  return {
    name: team?.name ?? "",
    color: team?.color ?? teamColors[0],
    member_ids: team?.member_ids ?? [],
    reply_assigns: team?.reply_assigns ?? "ask",
  };
}

/** A team: name, colour, members. */
export function TeamDialog({ team, locked, onReload, onClose }: TeamDialogProps) {
  const { t } = useTranslation();
  const staff = useStaff();
  const away = useAwayText();
  const record = useRecord({
    stored: team,
    fieldsOf,
    words: {
      name: t("teams.name"),
      color: {
        label: t("teams.color"),
        // A square alone says nothing to whoever hears it, and little beside another one.
        say: (color) => (
          <>
            <TeamSquare color={color} /> {color}
          </>
        ),
      },
      member_ids: { label: t("teams.members"), say: namesAmong(staff) },
      reply_assigns: {
        label: t("teams.replyAssigns"),
        say: (way) => t(`teams.replyAssignsWay.${way}`),
      },
    },
    onReload,
    onClose,
    check: ({ name }) => needed("name", name, t),
    save: ({ name, color, member_ids, reply_assigns }, changed, version) =>
      team
        ? write(
            client.PATCH("/api/v1/teams/{team_id}", {
              params: { path: { team_id: team.id } },
              body: { ...changed, version },
            }),
          )
        : write(
            client.POST("/api/v1/teams", {
              body: { name: name.trim(), color, member_ids, reply_assigns },
            }),
          ),
    said: ({ name }) => t(team ? "teams.saved" : "teams.added", { name: name.trim() }),
    stale: [directoryKeys.teams, settingsKeys.people],
  });
  const { values } = record;
  return (
    <EditDialog title={team?.name ?? t("teams.add")} {...record.dialog} locked={locked}>
      <TextField {...record.text("name")} label={t("teams.name")} data-autofocus />
      <ColorField value={values.color} onChange={(color) => record.set({ color })} />
      <PickMany
        label={t("teams.members")}
        addLabel={t("teams.addMember")}
        options={staff.map((person) => ({
          value: String(person.id),
          label: person.name,
          hint: away(person.absent_until) ?? person.email ?? undefined,
          sign: <Avatar id={person.id} name={person.name} size="xs" away={!!person.absent_until} />,
        }))}
        chosen={values.member_ids}
        onChange={(member_ids) => record.set({ member_ids })}
        locked={locked}
      />
      <SelectField
        name="reply_assigns"
        label={t("teams.replyAssigns")}
        description={t("teams.replyAssignsHint")}
        value={values.reply_assigns}
        disabled={locked}
        onChange={(event) =>
          record.set({ reply_assigns: event.currentTarget.value as Team["reply_assigns"] })
        }
        data={assignWays.map((way) => ({ value: way, label: t(`teams.replyAssignsWay.${way}`) }))}
      />
    </EditDialog>
  );
}
