"""Statements about tickets that may be the same request."""

from __future__ import annotations

import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.kernel.notices import Sayable, kept, notice_beside
from atum_desk.tickets.models import TicketLink

REASON_CHARACTERS = 500


async def list_links(transaction: ReadTransaction, ticket_id: int) -> list[TicketLink]:
    """Return the visible tickets that may be the same as one, either way round."""
    rows = await transaction.fetch(
        f"""select l.id, o.number, o.subject, l.reason, {notice_beside("l.reason", "l.reason_notice")} as reason_notice,
                  l.ticket_id <> $1 as newer, l.created_at
             from ticket_links l
             join tickets o on o.id = case when l.ticket_id = $1 then l.other_id else l.ticket_id end
            where l.ticket_id = $1 or l.other_id = $1 order by l.id limit 50""",
        ticket_id,
    )
    return [msgspec.convert(dict(row), TicketLink) for row in rows]


async def insert_possibly_same(work: UnitOfWork, ticket_id: int, other_id: int, reason: Sayable) -> None:
    """Note that a ticket may be the same as another."""
    await work.execute(
        """insert into ticket_links (workspace_id, ticket_id, other_id, kind, reason, reason_notice)
           values (ctx_workspace(), $1, $2, 'possibly_same', $3, $4)
           on conflict (ticket_id, other_id, kind) do nothing""",
        ticket_id,
        other_id,
        *kept(reason, REASON_CHARACTERS),
    )


async def delete_link(work: UnitOfWork, link_id: int) -> int | None:
    """Delete a visible link; return the ticket it was noted on, None when there was none."""
    return await work.fetchval("delete from ticket_links where id = $1 returning ticket_id", link_id)


async def may_answer(transaction: ReadTransaction, ticket_id: int, person_id: int, permission: str) -> bool:
    """Tell whether somebody of the staff sees a ticket and has a permission."""
    return (
        await transaction.fetchval(
            """select exists (select from people p join roles r on r.id = p.role_id join tickets t on t.id = $1
             where p.id = $2 and p.kind = 'staff' and p.active and $3 = any(r.permissions)
               and (p.sees_all_teams or exists (select from team_members m
                     where m.person_id = p.id and m.team_id = t.team_id)))""",
            ticket_id,
            person_id,
            permission,
        )
        or False
    )
