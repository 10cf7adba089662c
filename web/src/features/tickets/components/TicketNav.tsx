import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useTeams } from "@/api/directory";
import { countText } from "@/lib/counts";
import { TeamSquare } from "@/ui/TicketIcons";
import { countsQuery } from "../api";
import { DEFAULT_VIEW, type TicketSearch } from "../search";
import { OtherViews, SharedViews } from "../views/ViewLinks";
import classes from "./TicketNav.module.css";

/** The views and teams with their live counts; `small` shows icons alone. */
export function TicketNav({ small = false, onGo }: { small?: boolean; onGo?: () => void }) {
  const { t } = useTranslation();
  const counts = useQuery(countsQuery).data;
  const teams = useTeams();
  const current = useCurrent();
  return (
    <>
      <SharedViews current={current} small={small} onGo={onGo} />
      {teams.length > 0 && (
        <div className={`${classes.nav} ${small ? classes.small : ""}`}>
          {!small && <h3 className={classes.heading}>{t("desk.teams")}</h3>}
          {teams.map((team) => (
            <NavLink
              key={team.id}
              search={{ team: String(team.id) }}
              current={current === `team-${team.id}`}
              small={small}
              sign={
                <span className={classes.square}>
                  <TeamSquare color={team.color} />
                </span>
              }
              label={team.name}
              count={counts?.teams[String(team.id)]}
              onGo={onGo}
            />
          ))}
        </div>
      )}
      <OtherViews current={current} small={small} onGo={onGo} />
    </>
  );
}

/** Which entry the shown list belongs to. */
function useCurrent(): string | null {
  const search = useSearch({ strict: false, select: (found) => found as TicketSearch | null });
  const onTickets = location.pathname.startsWith("/desk/tickets");
  if (!onTickets || !search) return null;
  if (search.team && !search.team.includes(",") && !search.view) return `team-${search.team}`;
  return search.view ?? DEFAULT_VIEW;
}

type NavLinkProps = {
  search: TicketSearch;
  current: boolean;
  small: boolean;
  sign: ReactNode;
  label: string;
  count: number | undefined;
  onGo?: () => void;
};

function NavLink({ search, current, small, sign, label, count, onGo }: NavLinkProps) {
  return (
    <Link
      to="/desk/tickets"
      search={search}
      className={classes.link}
      data-current={current || undefined}
      aria-current={current ? "page" : undefined}
      title={small ? label : undefined}
      aria-label={small ? label : undefined}
      onClick={onGo}
    >
      {sign}
      {!small && <bdi className="cut">{label}</bdi>}
      {!small && count !== undefined && <span className={classes.count}>{countText(count)}</span>}
    </Link>
  );
}
