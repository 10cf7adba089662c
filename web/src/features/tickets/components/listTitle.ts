import { useTranslation } from "react-i18next";
import { useTeams } from "@/api/directory";
import { DEFAULT_VIEW, isViewKey, type TicketSearch } from "../search";
import { useShownView, useViewName } from "../views/shownView";

/** What the list is called: its team when it is one team's, else its view. */
export function useListTitle(search: TicketSearch): string {
  const { t } = useTranslation();
  const teams = useTeams();
  const view = useShownView(search);
  const nameOf = useViewName();
  const team = search.view ? undefined : teams.find((one) => String(one.id) === search.team);
  if (team) return team.name;
  if (view) return nameOf(view);
  const name = search.view ?? DEFAULT_VIEW;
  return isViewKey(name) ? t(`view.${name}`) : t("views.one");
}
