"""Which ticket a mail belongs to. A stranger who knows a subject, a number or an id joins none.

The signed reply address joins, whoever uses it. A reference joins only for people who are on the
ticket and proven to be who they say (docs/mail.md); for anybody else it is a hint.
"""

from __future__ import annotations

import hashlib

import msgspec

from atum_desk.contacts.public import ContactRef
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.kernel.notices import Sayable
from atum_desk.kernel.one_line_text import clean_line
from atum_desk.mail import queries
from atum_desk.mail.filing.staff_mail import is_written_elsewhere
from atum_desk.mail.filing.subjects import answers_by_subject, bare_subject, ticket_number_in
from atum_desk.mail.incoming import IncomingMail
from atum_desk.mail.models import Hints, NamedConversation
from atum_desk.mail.notices import Likeness, NotOnTicket, NotProven
from atum_desk.mime import ParsedMail

MAX_ID_CHARACTERS = 998


class Place(msgspec.Struct, frozen=True):
    """The ticket that a mail joins, or the one that it may belong to and why it does not join.

    With a `conversation_id` it joins that conversation of the ticket, and not what the requester sees.
    """

    ticket_id: int | None = None
    conversation_id: int | None = None
    possibly_id: int | None = None
    why: Sayable | None = None


async def place_of(work: UnitOfWork, incoming: IncomingMail, contact: ContactRef) -> Place:
    """Return where a mail goes.

    What was sent to a conversation's address goes there, also when the ticket's stands beside it: what is said
    to others is internal.
    """
    if (signed := incoming.facts.signed_conversation) is not None:
        return Place(signed.ticket_id, signed.id)
    if incoming.facts.signed_ticket_id is not None:
        return Place(incoming.facts.signed_ticket_id)
    referenced = incoming.facts.referenced_ticket_id
    if referenced is None:
        found = incoming.facts.hinted
        return Place(possibly_id=found.ticket_id, why=Likeness(found.because)) if found else Place()
    if (conversation := incoming.facts.referenced_conversation) is not None:
        return _in_conversation(incoming, conversation, contact)
    if is_written_elsewhere(incoming):
        return Place(referenced)
    if not await is_on(work, referenced, contact):
        return Place(possibly_id=referenced, why=NotOnTicket())
    if may_speak_on(incoming, referenced):
        return Place(referenced)
    return Place(possibly_id=referenced, why=NotProven(incoming.evidence.proof.said))


def _in_conversation(incoming: IncomingMail, conversation: NamedConversation, contact: ContactRef) -> Place:
    """Return where a mail goes that answers a mail of a conversation: there, if it is of somebody whom that is with."""
    with_them = incoming.sender.address.lower() in (one.address.lower() for one in conversation.people)
    if not (with_them or contact.kind == "staff" or is_written_elsewhere(incoming)):
        return Place(possibly_id=conversation.ticket_id, why=NotOnTicket())
    if may_speak_on(incoming, conversation.ticket_id):
        return Place(conversation.ticket_id, conversation.id)
    return Place(possibly_id=conversation.ticket_id, why=NotProven(incoming.evidence.proof.said))


async def is_on(work: UnitOfWork, ticket_id: int, contact: ContactRef) -> bool:
    """Tell whether somebody asked on a ticket, is copied on it, or is of the staff."""
    return contact.kind == "staff" or await queries.is_participant(work, ticket_id, contact.id)


def may_speak_on(incoming: IncomingMail, ticket_id: int) -> bool:
    """Tell whether a mail counts as its sender's on a ticket that they are on: proven, or as the rules say."""
    if incoming.proven:
        return True
    if incoming.evidence.proof.verdict == "failed":
        return False
    match incoming.rules.unknown_senders:
        case "participants":
            return True
        case "our_mail":
            # Our Message-IDs hold 80 random bits: who answers one has received that mail.
            return incoming.facts.answered_ticket_id == ticket_id
    return False


def hints_of(mail: ParsedMail) -> Hints:
    """Return what a mail says of the ticket that it may be about: what names no mail of ours never joins."""
    subject = clean_line(mail.subject)
    return Hints(
        thread_ids=thread_ids(mail),
        thread_key=mail.thread_key,
        number=ticket_number_in(subject),
        subject=bare_subject(subject) if answers_by_subject(subject) else None,
    )


def thread_ids(mail: ParsedMail) -> list[str]:
    """Return the ids of the mail that began a mail's thread and of the one it answers, as its headers say."""
    named = [*mail.references[:1], *mail.in_reply_to[:1], *mail.references[-1:]]
    return [one for one in dict.fromkeys(named) if len(one) <= MAX_ID_CHARACTERS]


def thread_locks(workspace_id: int, mail: ParsedMail) -> list[int]:
    """Return the keys of the locks, 64 bits each, that mails of one thread hold while they are filed.

    Mails of one thread often come in the same second; each has to see what the one before it became.
    """
    names = {mail.message_id, mail.thread_key, *thread_ids(mail)} - {None}
    digests = (hashlib.sha256(f"thread:{workspace_id}:{name}".encode()).digest() for name in names)
    return [int.from_bytes(digest[:8], signed=True) for digest in digests]
