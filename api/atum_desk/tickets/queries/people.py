"""Statements about the people of a ticket: who takes part, and who is proven to have written."""

from __future__ import annotations

import msgspec

from atum_desk.contacts.public import is_own
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.kernel.notices import Notice, kept
from atum_desk.outbox.public import MailAddress
from atum_desk.tickets.people import ParticipantReason


async def list_participants(transaction: ReadTransaction, ticket_id: int) -> list[MailAddress]:
    """Return the participants who have an address that is not ours, the earliest first."""
    rows = await transaction.fetch(
        f"""select p.name, a.email as address from participants pa
              join people p on p.id = pa.person_id
              join addresses a on a.person_id = p.id and a.is_primary
             where pa.ticket_id = $1 and not {is_own("a.email")} order by pa.id""",
        ticket_id,
    )
    return [msgspec.convert(dict(row), MailAddress) for row in rows]


async def ensure_participants(
    work: UnitOfWork, ticket_id: int, person_ids: list[int], reason: ParticipantReason
) -> int:
    """Add people who take part for a reason; return how many were added. The requester is none.

    Whoever takes part already does so for the reason that was first.
    """
    rows = await work.fetch(
        """insert into participants (workspace_id, ticket_id, person_id, reason)
           select ctx_workspace(), $1, u, $3 from unnest($2::bigint[]) u
            where u <> (select requester_id from tickets where id = $1)
           on conflict (ticket_id, person_id) do nothing returning id""",
        ticket_id,
        person_ids,
        reason,
    )
    return len(rows)


async def remove_participants(work: UnitOfWork, ticket_id: int) -> list[int]:
    """Let nobody take part any more; return who did."""
    rows = await work.fetch("delete from participants where ticket_id = $1 returning person_id", ticket_id)
    return [row["person_id"] for row in rows]


async def remove_participant(work: UnitOfWork, ticket_id: int, person_id: int) -> bool:
    """Let somebody no longer take part; tell whether they did."""
    return (
        await work.fetchval(
            "delete from participants where ticket_id = $1 and person_id = $2 returning true", ticket_id, person_id
        )
        or False
    )


async def has_unconfirmed(transaction: ReadTransaction) -> bool:
    """Tell whether a request was sent in the contact's name and waits for their confirmation."""
    return await transaction.fetchval(
        """select exists (select from messages m join tickets t on t.id = m.ticket_id
             where m.author_id = (select ctx_person()) and m.author_verdict = 'unknown' and m.channel = 'portal')"""
    )


async def confirm_author(work: UnitOfWork, reason: Notice) -> int | None:
    """Let what was sent in the contact's name count as theirs; return its ticket, None without any."""
    return await work.fetchval(
        """with confirmed as (
             update messages m set author_verdict = 'proven', author_words = $1, author_notice = $2
              where m.ticket_id in (select id from tickets) and m.author_id = (select ctx_person())
                and m.author_verdict = 'unknown' and m.channel = 'portal' returning m.ticket_id)
           select max(ticket_id) from confirmed""",
        *kept(reason),
    )
