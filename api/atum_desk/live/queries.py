"""All SQL of the live service. It runs as the worker role, which sees one workspace at a time."""

from __future__ import annotations

import msgspec

from atum_desk.kernel.db import View
from atum_desk.kernel.ledger import Change
from atum_desk.live.models import Powers


class TouchedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row a change wrote, as far as it decides who hears of it, with its ticket as it is now.

    A change that wrote nothing of its ticket gives one row without a `table_name`.
    """

    change_id: int
    ticket_id: int | None
    table_name: str | None
    columns: list[str] | None
    is_reply: bool | None
    old_team_id: int | None
    new_team_id: int | None
    number: int | None
    version: int | None
    team_id: int | None
    requester_id: int | None
    organization_id: int | None
    cc_ids: list[int]


class TicketPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket by its number and the team whose members see it."""

    ticket_id: int
    team_id: int


async def list_touched_rows(view: View, changes: list[Change]) -> list[TouchedRow]:
    """Return what the changes of one workspace wrote, in the order of the changes."""
    rows = await view.fetch(
        """select c.id as change_id, coalesce(r.ticket_id, c.ticket_id) as ticket_id, r.table_name,
                  case when r.table_name = 'tickets' and r.operation = 'U'
                       then array(select jsonb_object_keys(r.new)) end as columns,
                  r.table_name = 'messages' and 'reply' = coalesce(r.new->>'kind', r.old->>'kind',
                       (select m.kind from messages m where m.id = r.row_id)) as is_reply,
                  case when r.table_name = 'tickets' then (r.old->>'team_id')::bigint end as old_team_id,
                  case when r.table_name = 'tickets' then (r.new->>'team_id')::bigint end as new_team_id,
                  coalesce(t.number, case when r.table_name = 'tickets' then (r.old->>'number')::int end) as number,
                  t.version, t.team_id, t.requester_id, t.organization_id,
                  array(select p.person_id from participants p where p.ticket_id = t.id) as cc_ids
             from unnest($1::bigint[], $2::bigint[]) with ordinality as c(id, ticket_id, place)
             left join row_changes r on r.change_id = c.id
             left join tickets t on t.id = coalesce(r.ticket_id, c.ticket_id)
            order by c.place, r.seq""",
        [change.id for change in changes], [change.ticket_id for change in changes],
    )  # fmt: skip
    return [TouchedRow(**row) for row in rows]


async def list_powers(view: View, session_ids: list[int]) -> list[Powers]:
    """Return what each session that still holds may hear of; ended ones are absent."""
    rows = await view.fetch(
        """select s.id as session_id, s.workspace_id, s.audience, p.id as person_id, p.name, s.only_ticket_id,
                  case when s.audience = 'contact' and p.organization_manager and s.only_ticket_id is null
                       then p.organization_id end as organization_id,
                  case when s.audience = 'staff' then array(
                       select t.id from teams t
                        where p.sees_all_teams
                           or exists (select from team_members m where m.team_id = t.id and m.person_id = p.id))
                       else '{}' end as team_ids,
                  case when s.audience = 'contact' then '{}'::text[]
                       when s.scopes is null then r.permissions
                       else array(select unnest(r.permissions) intersect select unnest(s.scopes)) end as permissions
             from sessions s join people p on p.id = s.person_id left join roles r on r.id = p.role_id
            where s.id = any($1::bigint[]) and s.expires_at > moment() and p.active
              and (s.audience = 'contact' or p.kind = 'staff')""",
        session_ids,
    )
    return [
        Powers(
            **{
                **row,
                "team_ids": frozenset(row["team_ids"]),
                "permissions": frozenset(row["permissions"]),
            }
        )
        for row in rows
    ]


async def find_ticket_place(view: View, number: int) -> TicketPlace | None:
    """Return where a ticket is, by its number."""
    row = await view.fetchrow(
        "select id as ticket_id, team_id from tickets where workspace_id = (select ctx_workspace()) and number = $1",
        number,
    )
    return TicketPlace(**row) if row else None
