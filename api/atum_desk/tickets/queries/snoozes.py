"""Statements that wake snoozed tickets."""

from __future__ import annotations

from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.tickets.snoozed import SNOOZED

# Walks the index of those that are snoozed until a moment; what somebody holds is woken a few seconds later.
DUE = f"""
    select t.id, t.number from tickets t
     where t.workspace_id = (select ctx_workspace()) and {SNOOZED} and t.snoozed_until is not null
       and t.snoozed_until <= moment()
     order by t.snoozed_until limit $1 for update skip locked"""
# An assignee who left, or does not see the team any more, would never see that it woke.
DROP_LOST_ASSIGNEE = """
    update tickets t set assignee_id = null
     where t.id = $1 and t.assignee_id is not null and not exists (
       select from people p where p.id = t.assignee_id and p.kind = 'staff' and p.active and (p.sees_all_teams
         or exists (select from team_members m where m.person_id = p.id and m.team_id = t.team_id)))"""


async def lock_due(work: UnitOfWork, limit: int) -> list[tuple[int, int]]:
    """Lock tickets whose moment has come, the longest overdue first; return their ids and numbers."""
    return [(row["id"], row["number"]) for row in await work.fetch(DUE, limit)]


async def wake(work: UnitOfWork, ticket_id: int) -> None:
    """Wake a locked ticket that is snoozed."""
    await work.execute("update tickets set woken_at = greatest(moment(), snoozed_at) where id = $1", ticket_id)


async def drop_lost_assignee(work: UnitOfWork, ticket_id: int) -> None:
    """Take a ticket from an assignee who is not active any more, or does not see its team."""
    await work.execute(DROP_LOST_ASSIGNEE, ticket_id)
