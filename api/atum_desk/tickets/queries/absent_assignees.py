"""Statements about tickets whose assignee is away; who is, and who stands in, two functions of the database say."""

from __future__ import annotations

from datetime import date

import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork


class AbsentAssignee(msgspec.Struct, frozen=True):
    """Somebody who is away until a day, and who stands in for a team's tickets, if anybody does."""

    name: str
    until: date
    stand_in: str | None


class Away(msgspec.Struct, frozen=True):
    """That a ticket's assignee is away, and who gets the ticket instead: None for the team."""

    stand_in_id: int | None


async def find_absent(transaction: ReadTransaction, person_id: int, team_id: int | None) -> AbsentAssignee | None:
    """Return somebody who is away now; None when they are there."""
    row = await transaction.fetchrow(
        """select p.name, absent_until(p.id)::date as until,
                  (select d.name from people d where d.id = stand_in_for(p.id, $2)) as stand_in
             from people p where p.id = $1 and absent_until(p.id) is not null""",
        person_id,
        team_id,
    )
    return AbsentAssignee(**row) if row else None


async def find_away(work: UnitOfWork, person_id: int, team_id: int) -> Away | None:
    """Return who gets an answer to somebody's ticket instead of them; None when they are there."""
    row = await work.fetchrow("select stand_in_for($1, $2) as stand_in_id where is_absent($1)", person_id, team_id)
    return Away(**row) if row else None


async def hand_over_open_tickets(work: UnitOfWork, person_id: int, *, to_deputy: bool, limit: int) -> list[int]:
    """Assign the open tickets of somebody who is away to who stands in, or to nobody; return their numbers.

    Each team's tickets go to the first down the line of deputies who sees them. At most `limit`, the oldest first.
    """
    rows = await work.fetch(
        """with mine as materialized (
             select t.id, t.team_id from tickets t
              where t.workspace_id = (select ctx_workspace()) and t.assignee_id = $1 and t.is_open
              order by t.id limit $3 for update),
           stand_ins as materialized (
             select m.team_id, case when $2 then stand_in_for($1, m.team_id) end as person_id
               from (select distinct team_id from mine) m)
           update tickets t set assignee_id = s.person_id
             from mine m join stand_ins s on s.team_id = m.team_id
            where t.id = m.id returning t.number""",
        person_id,
        to_deputy,
        limit,
    )
    return sorted(row["number"] for row in rows)
