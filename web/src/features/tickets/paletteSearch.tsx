import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useTeams } from "@/api/directory";
import type { PaletteGroup, PaletteOption } from "@/app/feature";
import { ranked } from "@/lib/ranking";
import { Icon } from "@/ui/Icon";
import { TeamSquare } from "@/ui/TicketIcons";
import { isViewKey, type ListedView } from "./search";
import { useViews } from "./views/api";
import { useViewName } from "./views/shownView";
import { iconOf } from "./views/viewIcon";

/** Teams and views for what is typed in the palette; what holds its words is the search's. */
export function usePlacesPalette(query: string): PaletteGroup[] {
  const { t } = useTranslation();
  const groups = [
    { title: t("desk.views"), options: useViewOptions() },
    { title: t("palette.teams"), options: useTeamOptions() },
  ];
  return groups.map(({ title, options }) => ({
    title,
    options: query ? ranked(options, query, (option) => [option.label]) : [],
  }));
}

/** Every view but those that are commands of their own; hidden ones are found as well. */
function useViewOptions(): PaletteOption[] {
  const navigate = useNavigate();
  const nameOf = useViewName();
  const views = (useViews() ?? []).filter(
    ({ listed_as }) => !isViewKey(listed_as) || listed_as === "recently_resolved",
  );
  return views.map((view) => ({
    id: `view-${view.id}`,
    sign: <Icon name={iconOf(view)} />,
    label: nameOf(view),
    run: () =>
      void navigate({ to: "/desk/tickets", search: { view: view.listed_as as ListedView } }),
  }));
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
