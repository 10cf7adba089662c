"""Sentences about mail on its way out that are stored or sent."""

from __future__ import annotations

from typing import ClassVar

from atum_desk.kernel.notices import Notice, Sayable, Term


class LayoutOf(Notice, frozen=True):
    """A layout of this team and language"""

    code = "exists.layout"


class KeyNamed(Notice, frozen=True):
    """A key {selector} of {domain}"""

    code = "exists.signing_key"

    selector: str
    domain: str


class TeamNotSeen(Notice, frozen=True):
    """names no team that you see"""

    code = "field.team_not_seen"


class NoMailboxOfDomain(Notice, frozen=True):
    """is the domain of no mailbox"""

    code = "field.no_mailbox_of_domain"


class NoPlaceholder(Notice, frozen=True):
    """there is no placeholder {name}; there are {known}"""

    code = "field.no_placeholder"

    name: str
    known: list[str]


class NeedsEncryption(Notice, frozen=True):
    """a password is not sent without encryption"""

    code = "field.needs_encryption"


class NoZone(Notice, frozen=True):
    """has no time zone"""

    code = "field.no_zone"


class Passed(Notice, frozen=True):
    """has passed already; choose a moment that is to come"""

    code = "field.passed"


class TooFarAhead(Notice, frozen=True):
    """is more than {most} days ahead"""

    code = "field.too_far_ahead"

    most: int


class SenderLost(Notice, frozen=True):
    """The sender stopped between the hand-over and the relay's answer; it may have arrived."""

    code = "outbox.sender_lost"


class StoppedFor(Notice, frozen=True):
    """{email}: {words}"""

    code = "outbox.stopped_for"

    email: str
    words: str


class AllStopped(Notice, frozen=True):
    """Not sent, because mail came back before. {stopped}"""

    code = "outbox.all_stopped"

    stopped: list[Notice]


class SomeStopped(Notice, frozen=True):
    """Not sent to {addresses}: mail came back before."""

    code = "outbox.some_stopped"

    addresses: list[str]


class MailNotBuilt(Notice, frozen=True):
    """The mail could not be built: {error}"""

    code = "outbox.not_built"

    error: str


class GivenUp(Notice, frozen=True):
    """Given up after three days. Last answer: {answer}"""

    code = "outbox.given_up"

    answer: Sayable


class OutboxState(Term, frozen=True):
    """What a mail on its way out is at."""

    code = "outbox_state"
    WORDS: ClassVar = {
        "held": "held",
        "queued": "queued",
        "sending": "sending",
        "sent": "sent",
        "delivered": "delivered",
        "bounced": "bounced",
        "failed": "failed",
        "unknown": "unknown",
        "cancelled": "cancelled",
    }


class DeliveryStatus(Term, frozen=True):
    """What an enhanced status code means, by its last two numbers (RFC 3463, RFC 5248)."""

    code = "delivery_status"
    WORDS: ClassVar = {
        "1.1": "The address does not exist.",
        "1.2": "The domain of the address takes no mail.",
        "1.3": "The address is not written correctly.",
        "1.4": "The address belongs to more than one mailbox.",
        "1.6": "The mailbox has moved and left no address.",
        "1.7": "The sender's address is not accepted.",
        "1.8": "The sender's domain is not accepted.",
        # RFC 7505 gives it to domains without mail; Exchange answers it for every unknown recipient.
        "1.10": "The address does not exist, or its domain takes no mail.",
        "2.1": "The mailbox is switched off.",
        "2.2": "The mailbox is full.",
        "2.3": "The mail is larger than the mailbox takes.",
        "2.4": "The mailing list could not be expanded.",
        "3.1": "The mail server there is full.",
        "3.2": "The mail server there takes no mail at the moment.",
        "3.4": "The mail is larger than the server takes.",
        "4.1": "The mail server there does not answer.",
        "4.2": "The connection broke.",
        "4.3": "The way there could not be found at the moment.",
        "4.4": "There is no way to this domain.",
        "4.5": "The mail server there has too much to do.",
        "4.6": "The mail went in circles.",
        "4.7": "It was tried for too long and given up.",
        "5.3": "The mail has more recipients than the server takes.",
        "6.1": "The content is of a kind that is not taken.",
        "7.0": "The server refuses the mail by its rules.",
        "7.1": "The server refuses the mail by its rules.",
        "7.8": "The sign-in at the relay was refused.",
        "7.20": "The mail has no signature (DKIM) that the server accepts.",
        "7.23": "The domain's rules (SPF) do not let this relay send for it.",
        "7.25": "The relay's address has no name (PTR).",
        "7.26": "The mail passed neither SPF nor DKIM.",
        "7.28": "The server takes no more mail from here for now.",
    }


class MayPass(Notice, frozen=True):
    """{meaning} It may pass."""

    code = "delivery_status_may_pass"

    meaning: DeliveryStatus
