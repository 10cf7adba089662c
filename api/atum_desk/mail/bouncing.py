"""Delivery reports and complaints about mail of ours: told on the ticket, and to the outbox."""

from __future__ import annotations

from atum_desk.contacts.public import ContactRef
from atum_desk.files.public import FileStore
from atum_desk.kernel.db import Work
from atum_desk.mail.letter import Letter
from atum_desk.mail.messages import message_of
from atum_desk.mime import Bounce
from atum_desk.outbox.public import fail_bounced_mail
from atum_desk.tickets.public import append_message


async def note_bounce(
    work: Work, files: FileStore, letter: Letter, contact: ContactRef, bounce: Bounce
) -> int:
    """Add a note to the ticket of the mail that a report is about; return the ticket's id."""
    ticket_id = letter.facts.answered_ticket_id or letter.facts.signed_ticket_id
    assert ticket_id is not None, "refused before"
    words = bounce_words(bounce)
    await _tell_outbox(work, letter, bounce, words)
    work.command = "ticket.note"
    message = await message_of(work, files, letter, contact, kind="note")
    message.text = with_bounce(bounce, message.text)
    return (await append_message(work, ticket_id, message)).ticket_id


def bounce_words(bounce: Bounce) -> str:
    """Return a report in one sentence."""
    who = bounce.recipient or "a recipient"
    if bounce.action == "complained":
        return f"{who} complained about this mail ({bounce.diagnostic or 'abuse'})."
    status = " ".join(filter(None, [bounce.status, bounce.diagnostic])) or bounce.reason
    return f"Came back from {who}: {status}"


def with_bounce(bounce: Bounce, text: str) -> str:
    """Return a report's text with its sentence before it."""
    return f"{bounce_words(bounce)}\n\n{text}".strip()


async def _tell_outbox(work: Work, letter: Letter, bounce: Bounce, words: str) -> None:
    """Tell the outbox what became of a mail and of its recipients' addresses: the only place that does."""
    outbox_id = letter.facts.referenced_outbox_id
    if outbox_id is not None and bounce.action != "complained":
        await fail_bounced_mail(work, outbox_id, words)
