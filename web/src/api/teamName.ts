import { useTeams } from "./directory";

/** Returns how to name the team of an id; undefined without one, and for a team that is not known. */
export function useTeamName(): (id: number | null) => string | undefined {
  const teams = useTeams();
  return (id) => (id === null ? undefined : teams.find((team) => team.id === id)?.name);
}
