import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useStaff } from "@/api/directory";
import { Page, useLocked } from "@/app/settings/SettingsPage";
import { useSettingsSearch } from "@/app/settings/search";
import { useAwayText } from "@/ui/away";
import { ListState } from "@/ui/ListState";
import { Row } from "@/ui/Row";
import { EmptyState } from "@/ui/States";
import { TeamSquare } from "@/ui/TicketIcons";
import { countedTeamsQuery } from "../api";
import { TeamDialog } from "./TeamDialog";

const PERMISSION = "settings:teams:edit";

/** The teams that tickets belong to. */
export function TeamsPage() {
  const { t } = useTranslation();
  const { opened, open, close } = useSettingsSearch();
  const locked = useLocked(PERMISSION);
  const staff = useStaff();
  const away = useAwayText();
  const answer = useQuery(countedTeamsQuery);
  const edited = answer.data?.find((team) => String(team.id) === opened);
  const reload = async () => (await answer.refetch()).data?.find((team) => team.id === edited?.id);
  return (
    <Page
      section="teams"
      permission={PERMISSION}
      add={{ label: t("teams.add"), onAdd: () => open("new") }}
    >
      <ListState
        answer={answer}
        empty={<EmptyState icon="layers" title={t("teams.empty")} hint={t("teams.emptyHint")} />}
        row={(team) => (
          <Row
            key={team.id}
            sign={<TeamSquare color={team.color} />}
            name={team.name}
            hint={[
              t("teams.memberCount", { count: team.member_ids.length }),
              ...staff
                .filter(({ id, absent_until }) => absent_until && team.member_ids.includes(id))
                .map(({ name, absent_until }) => `${name}: ${away(absent_until)}`),
            ].join(" · ")}
            end={
              <Link to="/desk/tickets" search={{ team: String(team.id) }}>
                {t("teams.openCount", { count: team.open_count })}
              </Link>
            }
            onOpen={() => open(team.id)}
          />
        )}
      />
      {opened === "new" && !locked && <TeamDialog locked={false} onClose={close} />}
      {edited && (
        <TeamDialog
          key={edited.id}
          team={edited}
          locked={locked}
          onReload={reload}
          onClose={close}
        />
      )}
    </Page>
  );
}
