"""Delivery reports and complaints about mail of ours: told on the ticket, and to the outbox."""

from __future__ import annotations

import msgspec

from atum_desk.conversations.public import receive_answer
from atum_desk.files.public import FileStore
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.kernel.notices import Foreign, Notice, Sayable
from atum_desk.mail.filing.authors import Author
from atum_desk.mail.filing.messages import message_of
from atum_desk.mail.filing.subjects import ticket_number_in
from atum_desk.mail.incoming import IncomingMail
from atum_desk.mail.notices import BounceReason, CameBack, Complained, NotDeliveredYet, ReportedFor, SomeRecipient
from atum_desk.mime import Bounce
from atum_desk.outbox.public import (
    fail_bounced_mail,
    find_sent_mail,
    list_sent_mails,
    mails_reported_on,
    note_delayed,
    note_delivered,
)
from atum_desk.tickets.public import append_message


class ReportedMail(msgspec.Struct, frozen=True):
    """A mail of ours that a report is about, and its ticket, None for mail about none.

    It is `proven` when the report came to the mail's signed return path or holds its Message-ID,
    neither of which can be guessed, or when the recipient's own domain proves the report. A mail of a conversation
    with others has its `conversation_id`.
    """

    outbox_id: int
    ticket_id: int | None
    is_proven: bool = True
    conversation_id: int | None = None


async def find_reported_mails(work: UnitOfWork, settings: Settings, incoming: IncomingMail) -> list[ReportedMail]:
    """Return the mails of ours that a delivery report is about.

    Reports in prose hold no Message-ID, and some servers send them to the address in From: there
    our number in the subject and a recipient of that ticket's mail name it.
    """
    bounce, known = incoming.mail.bounce, incoming.facts
    if bounce is None or bounce.action == "complained" or known.duplicate_of_id is not None:
        return []
    named = mails_reported_on(settings, incoming.source.envelope_to)
    if not named and known.referenced_outbox_id is not None:
        named = [known.referenced_outbox_id]
    if named:
        return [
            ReportedMail(one.id, one.ticket_id, conversation_id=one.conversation_id)
            for one in await list_sent_mails(work, named)
        ]
    subjects = (bounce.original_subject or "", incoming.mail.subject)
    number = next(filter(None, map(ticket_number_in, subjects)), None)
    recipients = [one.recipient for one in bounce.recipients if one.recipient]
    if number is None or not recipients:
        return []
    sent = await find_sent_mail(work, number, recipients)
    if sent is None:
        return []
    domain = incoming.sender.address.rpartition("@")[2].lower()
    of_recipient = all(one.rpartition("@")[2].lower() == domain for one in recipients)
    return [ReportedMail(sent.id, sent.ticket_id, incoming.proven and of_recipient, sent.conversation_id)]


async def note_bounce(
    work: UnitOfWork, files: FileStore, incoming: IncomingMail, author: Author, reported: list[ReportedMail]
) -> int:
    """Add a note to the ticket, or the conversation, of the mail that a report is about; return the ticket's id."""
    bounce, known = incoming.mail.bounce, incoming.facts
    named = next((one.ticket_id for one in reported if one.ticket_id is not None), None)
    ticket_id = known.answered_ticket_id or known.signed_ticket_id or named
    assert bounce is not None, "reports alone come here"
    assert ticket_id is not None, "refused before"
    work.command = "ticket.note"
    message = await message_of(work, files, incoming, author, kind="note", ticket_id=ticket_id)
    message.text = with_bounce(bounce, message.text)
    conversation_id = next((one.conversation_id for one in reported if one.conversation_id is not None), None)
    if conversation_id is not None:
        work.command, message.automatic = "conversation.receive", True
        return (await receive_answer(work, conversation_id, message)).ticket_id
    return (await append_message(work, ticket_id, message)).ticket_id


def bounce_notice(bounce: Bounce) -> Notice:
    """Return a report in one sentence."""
    who = bounce.recipient or SomeRecipient()
    if bounce.action == "complained":
        return Complained(who, bounce.diagnostic or "abuse")
    said = _said(bounce.status, bounce.diagnostic, bounce.reason)
    return NotDeliveredYet(who, said) if bounce.action == "delayed" else CameBack(who, said)


def _said(status: str | None, diagnostic: str | None, reason: str) -> Sayable | str:
    """Return what the server said, or what kind of refusal it was."""
    return " ".join(filter(None, [status, diagnostic])) or BounceReason(reason)


def with_bounce(bounce: Bounce, text: str) -> str:
    """Return a report's text with its sentence before it."""
    return f"{bounce_notice(bounce)}\n\n{text}".strip()


async def tell_outbox(work: UnitOfWork, bounce: Bounce, reported: list[ReportedMail]) -> None:
    """Tell the outbox what a report says of mails of ours, recipient by recipient: the only place that does."""
    for mail in reported:
        for one in bounce.recipients:
            said = _said(one.status, one.diagnostic, bounce.reason)
            told = Foreign(said) if isinstance(said, str) else said
            if one.action == "failed":
                await fail_bounced_mail(
                    work,
                    mail.outbox_id,
                    ReportedFor(one.recipient, said),
                    recipient=one.recipient,
                    status=one.status,
                    is_proven=mail.is_proven,
                )
            elif one.action == "delayed":
                await note_delayed(work, mail.outbox_id, one.recipient, told)
            elif one.action == "delivered":
                await note_delivered(work, mail.outbox_id, one.recipient, told)
        if not bounce.recipients and bounce.action == "failed":
            await fail_bounced_mail(
                work,
                mail.outbox_id,
                bounce_notice(bounce),
                recipient=bounce.recipient or "",
                status=bounce.status,
                is_proven=mail.is_proven,
            )
