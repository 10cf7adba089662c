import { useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { useTeams } from "@/api/directory";
import type { LifecycleRules } from "@/api/types";
import { useSettingsSearch } from "@/app/settings/search";
import { Card } from "@/ui/Card";
import { Icon } from "@/ui/Icon";
import { Row } from "@/ui/Row";
import { ErrorState, Skeleton } from "@/ui/States";
import { TeamSquare } from "@/ui/TicketIcons";
import { lifecycleRulesQuery } from "../api";
import { RulesDialog } from "./RulesDialog";

const WORKSPACE = "rules";
const nameOf = (teamId: number) => `${WORKSPACE}-${teamId}`;

/** When tickets close and reopen: in the workspace, and in each team. */
export function RulesCard({ locked }: { locked: boolean }) {
  const { t } = useTranslation();
  const { opened, open, close } = useSettingsSearch();
  const answer = useQuery(lifecycleRulesQuery);
  const teams = useTeams();
  if (!answer.data) {
    if (answer.error) {
      return <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />;
    }
    return <Skeleton rows={2} height={52} />;
  }
  const { workspace } = answer.data;
  const ownOf = (teamId: number) => answer.data.teams.find((own) => own.team_id === teamId);
  const edited = teams.find((team) => nameOf(team.id) === opened);
  const dialog = { workspace, locked, onClose: close };
  return (
    <Card title={t("rules.title")} hint={t("rules.hint")}>
      <ul>
        <Row
          sign={<Icon name="clock" />}
          name={t("rules.workspace")}
          hint={sentenceOf(workspace, t)}
          onOpen={() => open(WORKSPACE)}
        />
        {teams.map((team) => {
          const own = ownOf(team.id);
          return (
            <Row
              key={team.id}
              sign={<TeamSquare color={team.color} />}
              name={team.name}
              hint={own ? sentenceOf(own, t) : t("rules.follows")}
              onOpen={() => open(nameOf(team.id))}
            />
          );
        })}
      </ul>
      {opened === WORKSPACE && (
        <RulesDialog {...dialog} onReload={async () => (await answer.refetch()).data?.workspace} />
      )}
      {edited && (
        <RulesDialog
          key={edited.id}
          {...dialog}
          team={edited}
          own={ownOf(edited.id)}
          onReload={async () => {
            const { data } = await answer.refetch();
            return data?.teams.find((own) => own.team_id === edited.id) ?? data?.workspace;
          }}
        />
      )}
    </Card>
  );
}

/** Rules in one line. */
function sentenceOf(rules: LifecycleRules, t: TFunction): string {
  const { close_after_days: closes, reopen_within_days: reopens, keep_assignee } = rules;
  const parts = [
    closes === null ? t("rules.staysResolved") : t("rules.closes", { count: closes }),
    reopensSentence(reopens, t),
  ];
  if (reopens !== 0) parts.push(t(keep_assignee ? "rules.keepsAssignee" : "rules.dropsAssignee"));
  if (rules.resolution_required) parts.push(t("rules.asksWhy"));
  return parts.join(" · ");
}

function reopensSentence(days: number | null, t: TFunction): string {
  if (days === null) return t("rules.reopensUntilClosed");
  return days === 0 ? t("rules.neverReopens") : t("rules.reopens", { count: days });
}
