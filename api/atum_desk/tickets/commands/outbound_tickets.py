"""Tickets that somebody opens for many people at once: one each, whose first message is mailed to its requester."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from atum_desk.contacts.public import find_or_create_contact
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.kernel.problems import OutOfSight, Problem
from atum_desk.tickets import permissions
from atum_desk.tickets.commands.agent_messages import hold_seconds, queue_reply
from atum_desk.tickets.commands.bodies import clean_text, preview_of
from atum_desk.tickets.commands.custom_fields import fill_new_ticket
from atum_desk.tickets.commands.many_tickets import NEXT_TICKET, OUT_OF_POLICY, Outcome
from atum_desk.tickets.commands.new_tickets import add_first_message, insert_ticket
from atum_desk.tickets.commands.recipients import Named, settle_recipients
from atum_desk.tickets.commands.reply_signatures import signature_below
from atum_desk.tickets.commands.staff_tickets import assign, require_sendable
from atum_desk.tickets.models import NewMessage, NewTicket, OpenedTicket
from atum_desk.tickets.outbound_schemas import OutboundFacts
from atum_desk.tickets.problems import RequesterIsStaff
from atum_desk.tickets.queries import writes

# The text for a ticket that was just made, by its id. Raises Problem where it cannot be filled in.
Write = Callable[[UnitOfWork, int], Awaitable[str]]


class Addressee(msgspec.Struct, frozen=True):
    """Somebody whom a ticket is opened for; `place` in the list that they stand in, `name` may be empty."""

    place: int
    address: str
    name: str


async def open_each(
    work: UnitOfWork,
    settings: Settings,
    actor: Actor,
    facts: OutboundFacts,
    people: list[Addressee],
    write: Write,
    send_at: datetime | None,
    marks: dict[str, Any],
) -> list[Outcome]:
    """Open a ticket for each, as a change of its own; no mail leaves before `send_at`.

    What is refused leaves the others as they are. `work` has `may_be_empty`; `marks` stand in each summary.
    """
    command, outcomes = work.command, []
    await work.execute("savepoint one_ticket")
    for one in people:
        work.ticket_id, work.public, work.summary = None, False, {}
        try:
            opened = await _open(work, settings, actor, facts, one, write, send_at)
        except (Problem, OUT_OF_POLICY) as error:
            await work.execute("rollback to savepoint one_ticket")
            problem = error if isinstance(error, Problem) else OutOfSight()
            outcomes.append(Outcome(one.place, problem=problem.body()))
            continue
        work.summary |= marks
        change_id = await work.next_change(command, NEXT_TICKET)
        outcomes.append(Outcome(one.place, change_id, opened=opened.number))
    await work.execute("release savepoint one_ticket")
    return outcomes


async def _open(
    work: UnitOfWork,
    settings: Settings,
    actor: Actor,
    facts: OutboundFacts,
    one: Addressee,
    write: Write,
    send_at: datetime | None,
) -> OpenedTicket:
    work.actor.require(permissions.OPEN)
    work.actor.require(permissions.REPLY)
    contact = await find_or_create_contact(work, one.address, one.name or None)
    if contact.kind == "staff":
        raise RequesterIsStaff(address=one.address)
    new = _new_ticket(facts, contact.id, actor, send_at)
    ticket_id, number = await insert_ticket(work, new)
    text = clean_text(await write(work, ticket_id))
    await writes.update_ticket(work, ticket_id, {"preview": preview_of(text)})
    ticket, context = await writes.lock_ticket_with_mail_context(work, number)
    require_sendable(context)
    people = await settle_recipients(work, ticket, context, Named())
    new.message = replace(
        new.message,
        text=text,
        recipients=people.to,
        hold_seconds=hold_seconds(settings, context),
        signature=signature_below(context, actor.name, None),
    )
    opened = await add_first_message(work, ticket_id, number, new)
    await queue_reply(work, settings, ticket, new.message, people, context, opened.message_id, opens_ticket=True)
    await fill_new_ticket(work, ticket_id, facts.fields)
    if facts.assignee_id is not None:
        await assign(work, opened, facts.assignee_id)
    return opened


def _new_ticket(facts: OutboundFacts, requester_id: int, actor: Actor, send_at: datetime | None) -> NewTicket:
    return NewTicket(
        subject=facts.subject,
        requester_id=requester_id,
        channel="email",
        mailbox_id=facts.mailbox_id,
        team_id=facts.team_id,
        priority=facts.priority,
        type=facts.type,
        tags=facts.tags,
        category="open",
        message=NewMessage(
            kind="reply",
            text="",
            author_id=actor.person_id,
            author_name=actor.name,
            from_staff=True,
            channel="email",
            send_at=send_at,
        ),
    )
