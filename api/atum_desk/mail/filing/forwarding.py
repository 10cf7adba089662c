"""A mail that somebody of the staff forwards to a mailbox: its requester is whoever wrote the original."""

from __future__ import annotations

import re

from atum_desk.contacts.public import ContactRef, find_or_create_contact
from atum_desk.files.public import FileStore
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.mail.filing import classify
from atum_desk.mail.filing.authors import Author, author_of_forwarded
from atum_desk.mail.filing.messages import message_of
from atum_desk.mail.incoming import IncomingMail
from atum_desk.outbox.public import mailbox_part
from atum_desk.sandbox.public import ForwardReading, ReadForwarded, run_in_child
from atum_desk.tickets.public import NewMessage, NewTicket, OpenedTicket, append_message, open_ticket


async def find_original(incoming: IncomingMail, author: Author) -> ForwardReading | None:
    """Return what a mail forwards, if its author may speak for others: the staff, proven."""
    if not author.is_staff or incoming.automatic:
        return None
    found = await run_in_child(ReadForwarded(incoming.source.raw))
    if found is None or not classify.is_usable(found.original.sender.address):
        return None
    address = found.original.sender.address.lower()
    ours = mailbox_part(address) in incoming.own or address == incoming.sender.address.lower()
    return None if ours or classify.is_robot(address) else found


async def open_forwarded(
    work: UnitOfWork, files: FileStore, incoming: IncomingMail, agent: ContactRef, forwarded: ForwardReading
) -> OpenedTicket | None:
    """Open the ticket of the original's sender; what the agent wrote above it becomes a note.

    Returns None when the original's sender is of the staff: then the agent asks.
    """
    original = forwarded.original
    sender = original.sender
    requester = await find_or_create_contact(work, sender.address, sender.name or None)
    if requester.kind == "staff":
        return None
    message = await message_of(
        work,
        files,
        incoming,
        author_of_forwarded(agent, requester, sender),
        kind="reply",
        reading=forwarded,
        forwarded_by=agent.name,
    )
    opened = await open_ticket(
        work,
        NewTicket(
            subject=original.subject[:500] or "(no subject)",
            requester_id=requester.id,
            channel="email",
            mailbox_id=incoming.source.mailbox_id,
            message=message,
        ),
    )
    summary = {**work.summary, "forwarded": True}
    if original.comment:
        await append_message(work, opened.id, _comment(agent, incoming, original.comment))
    work.command, work.summary, work.public = "ticket.open", summary, True
    return opened


def _comment(agent: ContactRef, incoming: IncomingMail, text: str) -> NewMessage:
    return NewMessage(
        kind="note",
        text=re.sub(r"\n{3,}", "\n\n", text),
        author_id=agent.id,
        author_name=agent.name,
        from_staff=True,
        channel="email",
        author_verdict="proven",
        author_notice=incoming.evidence.proof.said,
    )
