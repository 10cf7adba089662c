"""Replies that agents write in their own mail programs."""

from __future__ import annotations

from atum_desk.kernel.db import View, Work
from atum_desk.kernel.settings import Settings
from atum_desk.outbox.public import MailAddress
from atum_desk.tickets import permissions
from atum_desk.tickets.commands.answering import hold_seconds, queue_reply
from atum_desk.tickets.commands.opening import add_message
from atum_desk.tickets.models import Appended, NewMessage
from atum_desk.tickets.queries import links, writes


async def may_answer(view: View, ticket_id: int, person_id: int) -> bool:
    """Tell whether somebody of the staff may reply on a ticket, which they see."""
    return await links.may_answer(view, ticket_id, person_id, permissions.REPLY)


async def reply_from_mail(
    work: Work, settings: Settings, ticket_id: int, message: NewMessage, reached: set[str]
) -> Appended:
    """Add an agent's mail as a reply and send it to the requester and the copied people.

    `reached` are the addresses (in lower case) that the agent's own mail went to already: they get
    no second one. A new ticket becomes Open, as with a reply written here.
    """
    ticket = await writes.lock_ticket_by_id(work, ticket_id)
    context = await writes.get_mail_context(work, ticket.id)
    status = await writes.find_status(work, "open") if ticket.category == "new" else None
    people = [MailAddress(context.requester_name, context.requester_email or ""), *context.cc]
    people = [one for one in people if one.address and one.address.lower() not in reached]
    message.recipients, message.cc = people[:1], people[1:]
    message.hold_seconds = hold_seconds(settings, context) if people else 0
    appended = await add_message(work, ticket, message, status.id if status else None)
    await queue_reply(work, settings, ticket, message, context, appended.message_id)
    return appended
