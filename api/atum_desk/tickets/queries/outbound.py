"""What the first messages of tickets to many people are filled in with."""

from __future__ import annotations

from typing import Any

from atum_desk.kernel.clock import now
from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.tickets.queries.many import TextAgent, nested_values

# As TEMPLATE_VALUES, of tickets that are not there yet: their numbers are told by opening them.
EXPECTED_VALUES = """
    select u.place, 0 as number, $3::text as subject, s.name as status, $4::int as priority, $5::text as type,
           coalesce(g.name, '') as team, a.name as assignee, $6::timestamptz as created_at,
           coalesce(p.name, nullif(u.name, ''), u.email) as requester, coalesce(p.locale, 'en') as locale, u.email,
           o.name as organization, b.name as mailbox, b.address as mailbox_address, w.name as workspace
      from unnest($1::text[], $2::text[]) with ordinality u(email, name, place)
      join workspaces w on w.id = (select ctx_workspace())
      left join addresses x on x.workspace_id = w.id and x.email = u.email
      left join people p on p.id = x.person_id
      left join organizations o on o.id = p.organization_id
      left join mailboxes b on b.id = (select z.id from mailboxes z where z.workspace_id = w.id
                                          and case when $7::bigint is null then z.active else z.id = $7 end
                                        order by z.id limit 1)
      left join teams g on g.id = coalesce($8, b.team_id)
      left join people a on a.id = $9
      left join statuses s on s.id = (select z.id from statuses z where z.workspace_id = w.id and z.category = 'open'
                                         and z.active order by z.position, z.id limit 1)
     order by u.place"""


async def list_expected_values(
    transaction: ReadTransaction,
    people: list[tuple[str, str]],
    agent: TextAgent,
    *,
    subject: str,
    priority: int,
    type_: str,
    mailbox_id: int | None,
    team_id: int | None,
    assignee_id: int | None,
) -> list[dict[str, dict[str, Any]]]:
    """Return the values of VARIABLES for tickets to (address, name) pairs, in their order; the number is 0."""
    rows = await transaction.fetch(
        EXPECTED_VALUES,
        [address for address, _ in people],
        [name for _, name in people],
        subject,
        priority,
        type_,
        now(),
        mailbox_id,
        team_id,
        assignee_id,
    )
    return [nested_values(row, agent) for row in rows]
