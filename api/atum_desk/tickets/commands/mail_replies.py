"""Replies that agents write in their own mail programs."""

from __future__ import annotations

from atum_desk.contacts.public import list_own_among
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.outbox.public import MailAddress
from atum_desk.tickets import permissions
from atum_desk.tickets.commands.agent_messages import hold_seconds, queue_reply
from atum_desk.tickets.commands.new_tickets import add_message
from atum_desk.tickets.commands.reply_signatures import signature_below
from atum_desk.tickets.commands.status import find_answered_status
from atum_desk.tickets.models import Appended, NewMessage, Recipients
from atum_desk.tickets.queries import links, merges, writes


async def may_answer(transaction: ReadTransaction, ticket_id: int, person_id: int) -> bool:
    """Tell whether somebody of the staff may reply on a ticket, which they see."""
    return await links.may_answer(transaction, ticket_id, person_id, permissions.REPLY)


async def reply_from_mail(
    work: UnitOfWork, settings: Settings, ticket_id: int, message: NewMessage, reached: set[str]
) -> Appended:
    """Add an agent's mail as a reply and send it to the requester, who wrote to us and not to them.

    `reached` are the addresses (in lower case) that the agent's own mail went to already: they get
    no second one, and nobody else gets any. A new ticket becomes Open, as with a reply written here.
    """
    ticket = await merges.lock_living_ticket(work, ticket_id)
    context = await writes.get_mail_context(work, ticket.id, message.author_id)
    status_id = await find_answered_status(work, ticket)
    people = Recipients()
    requester = MailAddress(context.requester_name, context.requester_email or "")
    if requester.address and not context.requester_is_own and requester.address not in reached:
        people = Recipients([requester])
    await _show_who_got_it(work, message, people)
    message.hold_seconds = hold_seconds(settings, context) if people.to else 0
    message.signature = signature_below(context, message.author_name, None) if people.to else None
    appended = await add_message(work, ticket, message, status_id)
    await queue_reply(work, settings, ticket, message, people, context, appended.message_id)
    return appended


async def _show_who_got_it(work: UnitOfWork, message: NewMessage, people: Recipients) -> None:
    """Let the message name the requester and whom the agent's own mail named, but no address of ours."""
    named = [*message.recipients, *message.cc]
    own = set(await list_own_among(work, [one.address.lower() for one in named]))
    message.recipients = [*people.to, *(one for one in message.recipients if one.address.lower() not in own)]
    message.cc = [one for one in message.cc if one.address.lower() not in own]
