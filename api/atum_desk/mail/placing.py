"""Which ticket a mail belongs to. A stranger who knows a subject, a number or an id joins none.

The signed reply address joins, whoever uses it. A reference joins only for people who are on the
ticket and proven to be who they say (docs/mail.md); for anybody else it is a hint.
"""

from __future__ import annotations

import re

import msgspec

from atum_desk.contacts.public import ContactRef
from atum_desk.kernel.db import Work
from atum_desk.kernel.one_line import clean_line
from atum_desk.mail import facts, queries
from atum_desk.mail.letter import Letter

_REPLY = re.compile(
    r"^\s*(?:re|aw|antw|antwort|sv|vs|ref|rif|res|odp|ynt|yan|ha|atb|回复|回覆|返信|답장)\s*(?:\[\d+\])?\s*[:：]\s*",
    re.IGNORECASE,
)


class Place(msgspec.Struct, frozen=True):
    """The ticket that a mail joins, or the one that it may belong to and why it does not join."""

    ticket_id: int | None = None
    possibly_id: int | None = None
    why: str = ""


async def place_of(work: Work, letter: Letter, contact: ContactRef) -> Place:
    """Return where a mail goes."""
    if letter.facts.signed_ticket_id is not None:
        return Place(letter.facts.signed_ticket_id)
    referenced = letter.facts.referenced_ticket_id
    if referenced is None:
        return await _hinted(work, letter, contact)
    if not await is_on(work, referenced, contact):
        return Place(
            possibly_id=referenced, why="It answers that request, but its sender is not on it."
        )
    if may_speak_on(letter, referenced):
        return Place(referenced)
    words = f"It answers that request, but its sender is not proven. {letter.evidence.proof.words}"
    return Place(possibly_id=referenced, why=words)


async def is_on(work: Work, ticket_id: int, contact: ContactRef) -> bool:
    """Tell whether somebody asked on a ticket, is copied on it, or is of the staff."""
    return contact.kind == "staff" or await queries.is_participant(work, ticket_id, contact.id)


def bare_subject(subject: str) -> str:
    """Return a subject without the prefixes of answers."""
    while found := _REPLY.match(subject):
        subject = subject[found.end() :]
    return " ".join(subject.split())


def may_speak_on(letter: Letter, ticket_id: int) -> bool:
    """Tell whether a mail counts as its sender's on a ticket that they are on: proven, or as the rules say."""
    if letter.proven:
        return True
    if letter.evidence.proof.verdict == "failed":
        return False
    match letter.rules.unknown_senders:
        case "participants":
            return True
        case "our_mail":
            # Our Message-IDs hold 80 random bits: who answers one has received that mail.
            return letter.facts.answered_ticket_id == ticket_id
    return False


async def _hinted(work: Work, letter: Letter, contact: ContactRef) -> Place:
    """Exchange and others leave the references out: what is left never joins, it only hints."""
    mail = letter.mail
    whole = clean_line(mail.subject)
    subject = bare_subject(whole)
    answers = subject != whole
    if mail.thread_key is None and not answers:
        return Place()
    found = await facts.find_hinted_ticket(
        work, letter.source.id, contact.id, mail.thread_key, subject if answers else None
    )
    if found is None:
        return Place()
    by_thread = "Outlook says that it is of the same conversation."
    by_subject = "Its subject is the answer to that request's, from somebody on it."
    return Place(possibly_id=found.ticket_id, why=by_thread if found.by_thread else by_subject)
