"""Delivery reports and complaints about mail of ours: told on the ticket, and to the outbox."""

from __future__ import annotations

from atum_desk.files.public import FileStore
from atum_desk.kernel.db import Work
from atum_desk.kernel.settings import Settings
from atum_desk.mail.authors import Author
from atum_desk.mail.letter import Letter
from atum_desk.mail.messages import message_of
from atum_desk.mime import Bounce
from atum_desk.outbox.public import fail_bounced_mail, mails_reported_on, note_delivered
from atum_desk.tickets.public import append_message


async def note_bounce(
    work: Work, files: FileStore, letter: Letter, author: Author, bounce: Bounce
) -> int:
    """Add a note to the ticket of the mail that a report is about; return the ticket's id."""
    ticket_id = letter.facts.answered_ticket_id or letter.facts.signed_ticket_id
    assert ticket_id is not None, "refused before"
    work.command = "ticket.note"
    message = await message_of(work, files, letter, author, kind="note")
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


async def tell_outbox(work: Work, settings: Settings, letter: Letter) -> None:
    """Tell the outbox what a report says of a mail of ours, recipient by recipient: the only place that does.

    The return path names the mail; else our Message-ID in the report does, which cannot be guessed.
    """
    bounce, known = letter.mail.bounce, letter.facts
    if bounce is None or bounce.action == "complained" or known.duplicate_of_id is not None:
        return
    found = mails_reported_on(settings, letter.source.envelope_to)
    if not found and known.referenced_outbox_id is not None:
        found = [known.referenced_outbox_id]
    for outbox_id in found:
        for one in bounce.recipients:
            said = " ".join(filter(None, [one.status, one.diagnostic])) or bounce.reason
            if one.action == "failed":
                await fail_bounced_mail(
                    work, outbox_id, f"{one.recipient}: {said}", recipient=one.recipient, status=one.status
                )  # fmt: skip
            elif one.action == "delivered":
                await note_delivered(work, outbox_id, one.recipient, said)
        if not bounce.recipients and bounce.action == "failed":
            await fail_bounced_mail(
                work, outbox_id, bounce_words(bounce), recipient=bounce.recipient or "", status=bounce.status
            )  # fmt: skip
