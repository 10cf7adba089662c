import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useTeams } from "@/api/directory";
import type { PaletteGroup, PaletteOption } from "@/app/feature";
import { ranked } from "@/lib/ranking";
import { TeamSquare } from "@/ui/TicketIcons";

/** Teams for what is typed in the palette; what holds its words is the search's. */
export function useTeamPalette(query: string): PaletteGroup[] {
  const { t } = useTranslation();
  const teams = useTeamOptions();
  return [
    {
      title: t("palette.teams"),
      options: query ? ranked(teams, query, (option) => [option.label]) : [],
    },
  ];
}

function useTeamOptions(): PaletteOption[] {
  const navigate = useNavigate();
  return useTeams().map((team) => ({
    id: `team-${team.id}`,
    sign: <TeamSquare color={team.color} />,
    label: team.name,
    run: () => void navigate({ to: "/desk/tickets", search: { team: String(team.id) } }),
  }));
}
