"""What the staff write from their own mail programs: a note, or a reply that goes to the requester."""

from __future__ import annotations

import re

from atum_desk.contacts.public import ContactRef
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.mail.incoming import IncomingMail
from atum_desk.mail.notices import WrittenOutside
from atum_desk.tickets.public import Appended, NewMessage, append_message, may_answer, reply_from_mail

# Alone on the first line, when the workspace allows commands in mail.
NOTE_COMMAND = re.compile(r"^\s*#note\b[ \t]*\n?", re.IGNORECASE)


async def answer_as_staff(
    work: UnitOfWork, settings: Settings, incoming: IncomingMail, agent: ContactRef, ticket_id: int, message: NewMessage
) -> Appended:
    """Add an agent's mail to a ticket.

    It is a note, which can do no harm, unless the workspace lets staff reply by mail, a person wrote
    it, it answers no notification of a note, and that person may answer this ticket. The caller has
    seen that the mail is proven.
    """
    commanded = incoming.rules.note_commands and NOTE_COMMAND.match(message.text) is not None
    if commanded:
        message.text = NOTE_COMMAND.sub("", message.text, count=1)
        message.html = None
    replies = incoming.rules.staff_replies == "reply" and not incoming.automatic
    # What it answers told of a note, and may stand in it still.
    replies = replies and not incoming.facts.answers_staff_only
    if commanded or not replies or not await may_answer(work, ticket_id, agent.id):
        return await append_message(work, ticket_id, message)
    work.command = "ticket.reply"
    message.kind = "reply"
    reached = {one.address.lower() for one in (*incoming.mail.to, *incoming.mail.cc)}
    return await reply_from_mail(work, settings, ticket_id, message, reached)


def is_written_elsewhere(incoming: IncomingMail) -> bool:
    """Tell whether the team wrote a mail in the mailbox itself, outside of the desk.

    Its sender is a mailbox of ours and that is proven; it answers a mail of one of our tickets.
    """
    of_ours = incoming.sender.address.lower() in incoming.own and incoming.proven
    return of_ours and not incoming.automatic and incoming.facts.referenced_ticket_id is not None


async def answer_as_mailbox(work: UnitOfWork, incoming: IncomingMail, ticket_id: int, message: NewMessage) -> Appended:
    """Add what the team wrote in the mailbox elsewhere as its reply; it has left, so no mail leaves for it."""
    message.kind, message.from_staff = "reply", True
    message.author_notice = WrittenOutside(incoming.sender.address, incoming.evidence.proof.said)
    work.command = "ticket.reply"
    return await append_message(work, ticket_id, message)
