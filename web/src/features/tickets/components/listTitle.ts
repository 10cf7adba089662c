import { useTranslation } from "react-i18next";
import { useTeams } from "@/api/directory";
import { DEFAULT_VIEW, type TicketSearch } from "../search";

/** What the list is called: its team when it is one team's, else its view. */
export function useListTitle(search: TicketSearch): string {
  const { t } = useTranslation();
  const teams = useTeams();
  const team = search.view ? undefined : teams.find((one) => String(one.id) === search.team);
  return team?.name ?? t(`view.${search.view ?? DEFAULT_VIEW}`);
}
