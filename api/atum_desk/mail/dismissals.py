"""Sending a ticket away that nobody will answer, and refusing what its sender or list sends next."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec
from msgspec import UNSET

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, ReadTransaction, UnitOfWork
from atum_desk.mail.models import BlockKind
from atum_desk.mail.permissions import MAIL_QUARANTINE
from atum_desk.mail.problems import NoSenderToBlock
from atum_desk.mail.quarantine.blocks import insert_block
from atum_desk.tickets.public import (
    Automatic,
    BulkChange,
    FurtherActions,
    ResolutionKey,
    TicketChange,
    TicketNotFound,
    act_on_ticket,
    find_dismissed_status,
)

# What the ticket's first message came as; nothing of what did not come by mail.
ORIGIN = """
    select t.automatic, lower(m.from_address) as address, m.evidence->>'list_id' as list_id,
           array(select b.kind from mail_blocks b
                  where b.workspace_id = t.workspace_id
                    and (b.kind = 'address' and b.value = lower(m.from_address)
                         or b.kind = 'domain' and b.value = any(domains_above(lower(m.from_address)))
                         or b.kind = 'list' and b.value = m.evidence->>'list_id')) as blocked
      from tickets t
      left join lateral (select x.mail_id from messages x where x.ticket_id = t.id order by x.id limit 1) f on true
      left join mails m on m.id = f.mail_id
     where t.workspace_id = (select ctx_workspace()) and t.number = $1"""


class TicketOrigin(msgspec.Struct, frozen=True):
    """Who sent the mail that opened a ticket: address, domain and list, as rules name them; null without any.

    `blocked` says which of them are refused already.
    """

    automatic: Automatic | None
    address: str | None
    domain: str | None
    list_id: str | None
    blocked: list[BlockKind]


class Dismissal(msgspec.Struct, forbid_unknown_fields=True):
    """Whose mail is refused from now on: the sender's, their domain's, the list's, or nobody's (null)."""

    block: BlockKind | None = None
    resolution: ResolutionKey | None = None


class Dismissed(msgspec.Struct, frozen=True):
    """The status that the ticket got, and what is refused from now on."""

    status: str
    blocked: str | None


async def get_origin(transaction: ReadTransaction, number: int) -> TicketOrigin:
    """Return who sent the mail that opened a ticket. Raises TicketNotFound."""
    row = await transaction.fetchrow(ORIGIN, number)
    if row is None:
        raise TicketNotFound
    address = row["address"] if "@" in (row["address"] or "") else None
    domain = address.rpartition("@")[2] or None if address else None
    return TicketOrigin(row["automatic"], address, domain, row["list_id"], row["blocked"])


async def dismiss_ticket(database: Database, actor: Actor, number: int, given: Dismissal) -> Dismissed:
    """Close a ticket unanswered and, if asked, refuse further mail of its sender; one undo takes both back.

    Raises TicketNotFound, MergedElsewhere, TransitionForbidden, ResolutionRequired, NoSenderToBlock, BlockTooWide.
    """
    async with database.writing(actor, "ticket.dismiss") as work:
        value = await _value_to_block(work, number, given.block) if given.block else None
        status = await find_dismissed_status(work, number)
        change = TicketChange(status=status, resolution=UNSET if given.resolution is None else given.resolution)
        marks: dict[str, Any] = {"blocked": value} if value else {}
        also = partial(_block, kind=given.block, value=value) if given.block and value else None
        await act_on_ticket(
            work, number, FurtherActions(change=BulkChange(numbers=[], set=change), marks=marks, also=also)
        )
        if value:
            work.unchanged = False
    return Dismissed(status, value)


async def _value_to_block(work: UnitOfWork, number: int, kind: BlockKind) -> str:
    work.actor.require(MAIL_QUARANTINE)
    origin = await get_origin(work, number)
    value = {"address": origin.address, "domain": origin.domain, "list": origin.list_id}[kind]
    if value is None:
        raise NoSenderToBlock
    return value


async def _block(work: UnitOfWork, *, kind: BlockKind, value: str) -> None:
    await insert_block(work, kind, value)
