"""Statements that resolve tickets and close resolved ones."""

from __future__ import annotations

from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.lifecycle.public import DEFAULT_RULES

# Team by team, each by its own index: one that closes nothing is not looked through. $2 is what the product does
# where a workspace says nothing.
CLOSE_RESOLVED = """
    update tickets t set status_id = s.id
      from (select due.id, due.status_id from teams g
              left join lateral (
                select r.close_after_days as days, true as given from lifecycle_rules r
                 where r.workspace_id = g.workspace_id and (r.team_id = g.id or r.team_id is null)
                 order by r.team_id nulls last limit 1) rule on true
             cross join lateral (
                select k.id, k.status_id from tickets k
                 where k.team_id = g.id and k.category = 'resolved'
                   and k.resolved_at < moment() - make_interval(days => case when rule.given then rule.days else $2 end)
                   and exists (select from status_transitions x join statuses y on y.id = x.to_id
                                where x.from_id = k.status_id and x.role_ids = '{}' and y.category = 'closed'
                                  and y.active)
                 order by k.resolved_at limit $1 for update skip locked) due
             where g.workspace_id = (select ctx_workspace()) limit $1) due
      cross join lateral (
        select y.id from status_transitions x join statuses y on y.id = x.to_id
         where x.from_id = due.status_id and x.role_ids = '{}' and y.category = 'closed' and y.active
         order by y.position, y.id limit 1) s
     where t.id = due.id returning t.number"""


async def close_resolved(work: UnitOfWork, limit: int) -> list[int]:
    """Close tickets that were resolved as long ago as their team's rules say, at most `limit`; return their numbers."""
    rows = await work.fetch(CLOSE_RESOLVED, limit, DEFAULT_RULES.close_after_days)
    return [row["number"] for row in rows]


async def resolve_ticket(work: UnitOfWork, ticket_id: int) -> bool:
    """Give a locked ticket the first resolved status that its own may become; tell whether it got one.

    It gets none while one of its checklists requires what nobody did yet, which its requester does not see.
    """
    resolved: bool | None = await work.fetchval(
        """update tickets t set status_id = s.id from (
             select y.id from tickets k join status_transitions x on x.from_id = k.status_id
               join statuses y on y.id = x.to_id
              where k.id = $1 and x.role_ids = '{}' and y.category = 'resolved' and y.active
              order by y.position, y.id limit 1) s
           where t.id = $1 and not has_required_items(t.id) returning true""",
        ticket_id,
    )
    return bool(resolved)
