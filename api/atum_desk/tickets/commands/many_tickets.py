"""What a bulk run does to each of many tickets: properties and a message, in the unit of work of its batch.

Everything is checked before anything of a ticket is written, and what fails while it is written is
taken back to the savepoint before it: one ticket's refusal leaves the others as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from atum_desk.custom_fields.public import CustomField
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.kernel.problems import OutOfSight, Problem
from atum_desk.tickets import permissions
from atum_desk.tickets.bulk_schemas import BulkChange
from atum_desk.tickets.commands.agent_messages import hold_seconds, queue_reply
from atum_desk.tickets.commands.bodies import clean_text
from atum_desk.tickets.commands.custom_fields import fields_for
from atum_desk.tickets.commands.further_actions import WriteFirst
from atum_desk.tickets.commands.new_tickets import add_message
from atum_desk.tickets.commands.properties import apply_plan, is_told, names_set_in_bulk, plan_bulk
from atum_desk.tickets.commands.recipients import Named, settle_recipients
from atum_desk.tickets.commands.reply_signatures import signature_below
from atum_desk.tickets.commands.status import find_answered_status
from atum_desk.tickets.models import LockedTicket, MessageKind, NewMessage, Recipients
from atum_desk.tickets.queries import many, writes

# What was written stays, and what is written next may be taken back. A ticket that wrote nothing needs neither.
NEXT_TICKET = "; release savepoint one_ticket; savepoint one_ticket"
# A row of another team than the actor sees would be written.
OUT_OF_POLICY = asyncpg.InsufficientPrivilegeError


class ManyMessage(msgspec.Struct, frozen=True):
    """The message that one ticket of many gets; `send_at`: no mail of it leaves before."""

    kind: MessageKind
    text: str
    author_id: int
    author_name: str
    send_at: datetime | None = None


class Outcome(msgspec.Struct, frozen=True):
    """What became of one ticket: the change that wrote to it, or why it was refused; neither: it was so already."""

    number: int
    change_id: int | None = None
    problem: dict[str, Any] | None = None
    # the ticket that was opened for this place of a list
    opened: int | None = None

    @property
    def state(self) -> str:
        """The word for it."""
        return "refused" if self.problem else "changed" if self.change_id else "unchanged"


async def change_each(
    work: UnitOfWork,
    settings: Settings,
    tickets: list[LockedTicket],
    change: BulkChange,
    messages: Mapping[int, ManyMessage | Problem],
    marks: dict[str, Any],
    first: WriteFirst | None = None,
) -> list[Outcome]:
    """Change locked tickets, each as a change of its own; `messages` by the ticket's id.

    `work` has `may_be_empty`, as nothing may be left to write for the last. `marks` stand in each summary. `first` is
    written to each before its properties are checked.
    """
    command, outcomes = work.command, []
    fields = await fields_for(work, change.set)
    contexts = await _contexts_of(work, tickets, messages)
    await work.execute("savepoint one_ticket")
    for ticket in tickets:
        work.ticket_id, work.public, work.summary = None, False, {}
        given = messages.get(ticket.id)
        try:
            written = await _change_one(work, settings, ticket, change, fields, given, contexts.get(ticket.id), first)
        except (Problem, OUT_OF_POLICY) as error:
            await work.execute("rollback to savepoint one_ticket")
            problem = error if isinstance(error, Problem) else OutOfSight()
            outcomes.append(Outcome(ticket.number, problem=problem.body()))
            continue
        change_id = None
        if written:
            work.summary |= {"number": ticket.number, "fields": names_set_in_bulk(change), **marks}
            work.ticket_id = ticket.id
            change_id = await work.next_change(command, NEXT_TICKET)
        outcomes.append(Outcome(ticket.number, change_id))
    await work.execute("release savepoint one_ticket")
    return outcomes


async def _contexts_of(
    work: UnitOfWork, tickets: list[LockedTicket], messages: Mapping[int, ManyMessage | Problem]
) -> dict[int, writes.MailContext]:
    """Return where the mail of those goes that get a reply, in one statement for all."""
    replied = [
        ticket.id
        for ticket in tickets
        if isinstance(one := messages.get(ticket.id), ManyMessage) and one.kind == "reply"
    ]
    return await writes.list_mail_contexts(work, replied) if replied else {}


async def _change_one(
    work: UnitOfWork,
    settings: Settings,
    ticket: LockedTicket,
    change: BulkChange,
    fields: list[CustomField],
    message: ManyMessage | Problem | None,
    context: writes.MailContext | None,
    first: WriteFirst | None,
) -> bool:
    """Tell whether anything was written."""
    if isinstance(message, Problem):
        raise message
    if first:
        await first(work, ticket)
    plan = await plan_bulk(work, ticket, change, fields)
    if message:
        await _add(work, settings, ticket, message, context, sets_status="status_id" in plan.columns)
    changed = await apply_plan(work, ticket, plan)
    told = changed and is_told(names_set_in_bulk(change), [plan])
    work.public = told or (message is not None and message.kind == "reply")
    return changed or message is not None or first is not None


async def _add(
    work: UnitOfWork,
    settings: Settings,
    ticket: LockedTicket,
    given: ManyMessage,
    context: writes.MailContext | None,
    *,
    sets_status: bool,
) -> None:
    people, status_id = Recipients(), None
    if given.kind == "reply":
        work.actor.require(permissions.REPLY)
        context = context or await writes.get_mail_context(work, ticket.id)
        people = await settle_recipients(work, ticket, context, Named())
        status_id = None if sets_status else await find_answered_status(work, ticket)
    else:
        work.actor.require(permissions.NOTE)
    message = NewMessage(
        kind=given.kind,
        text=clean_text(given.text),
        author_id=given.author_id,
        author_name=given.author_name,
        from_staff=True,
        channel="email" if people.to else "api",
        recipients=people.to,
        hold_seconds=hold_seconds(settings, context) if context and people.to else 0,
        send_at=given.send_at if people.to else None,
        signature=signature_below(context, given.author_name, None) if context and people.to else None,
    )
    appended = await add_message(work, ticket, message, status_id)
    if context:
        await queue_reply(work, settings, ticket, message, people, context, appended.message_id)


async def lock_free(work: UnitOfWork, numbers: list[int]) -> tuple[list[LockedTicket], list[int], list[int]]:
    """Lock those of some tickets that nobody holds: these, the numbers of those held, and of those out of sight.

    Waits for nobody, so that a batch holds its own tickets no longer than it works on them.
    """
    tickets = await many.lock_free_tickets(work, numbers)
    missing = sorted(set(numbers) - {ticket.number for ticket in tickets})
    held = await many.list_visible(work, missing) if missing else []
    return tickets, held, [number for number in missing if number not in held]
