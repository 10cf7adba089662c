"""Whom a mail's message is by, and how far that is proven: the one place that decides it.

A mail says whom it is from, and anybody can write that. Only a proven mail is taken for a member of
the staff and acts in its sender's name; any other is by somebody who claims to be them.
"""

from __future__ import annotations

import msgspec

from atum_desk.contacts.public import ContactRef
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.kernel.notices import Sayable
from atum_desk.mail.incoming import IncomingMail
from atum_desk.mail.notices import ForwardedAs, FromUnanswerable, NamedByReplyTo
from atum_desk.mime import Address
from atum_desk.tickets.public import AuthorVerdict


class Author(msgspec.Struct, frozen=True):
    """Who is named as a message's author, and what is known for or against it."""

    person: ContactRef
    verdict: AuthorVerdict
    notice: Sayable

    @property
    def is_proven(self) -> bool:
        """Whether the message may count as this person's."""
        return self.verdict == "proven"

    @property
    def is_staff(self) -> bool:
        """Whether the message is the staff's: it names an active one of them, and that is proven."""
        return self.person.kind == "staff" and self.person.active and self.is_proven


def author_of(incoming: IncomingMail, person: ContactRef) -> Author:
    """Return the author of a mail whose sender's address is a person's."""
    proof = incoming.evidence.proof
    if incoming.from_is_sender:
        return Author(person, proof.verdict, proof.said)
    if incoming.sender in incoming.mail.reply_to:
        return author_named_by_reply_to(incoming, person)
    return Author(person, "unknown", FromUnanswerable(proof.said))


def author_named_by_reply_to(incoming: IncomingMail, person: ContactRef) -> Author:
    """Return the author whom a mail of somebody else (a form, as a rule) names in Reply-To."""
    origin = incoming.mail.from_.address if incoming.mail.from_ else incoming.source.envelope_from
    return Author(person, "unknown", NamedByReplyTo(origin, incoming.evidence.proof.said))


def author_of_forwarded(agent: ContactRef, person: ContactRef, sender: Address) -> Author:
    """Return the author of a mail that an agent forwarded: the agent's mail is proven, this is not."""
    return Author(person, "unknown", ForwardedAs(agent.name, sender.address))


async def act_as(work: UnitOfWork, author: Author) -> None:
    """Let the rest of a unit of work count as the author's, if it is proven that they are it."""
    if author.is_proven:
        await work.act_for(author.person.id)
