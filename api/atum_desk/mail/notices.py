"""Sentences about received mail that are stored or sent."""

from __future__ import annotations

from typing import ClassVar

from atum_desk.kernel.notices import Notice, Sayable, Term


class MailboxAt(Notice, frozen=True):
    """A mailbox {address}"""

    code = "exists.mailbox"

    address: str


class BlockOf(Notice, frozen=True):
    """A block of {value}"""

    code = "exists.block"

    value: str


class WrongRecipients(Notice, frozen=True):
    """name 1 to {most} recipients"""

    code = "field.wrong_recipients"

    most: int


class NoMail(Notice, frozen=True):
    """holds no mail"""

    code = "field.no_mail"


class ReportAction(Term, frozen=True):
    """What a delivery report says that a server did (RFC 3464)."""

    code = "report_action"
    WORDS: ClassVar = {"delivered": "delivered", "relayed": "relayed", "expanded": "expanded"}


class BounceReason(Term, frozen=True):
    """Why a mail came back, as far as a report without a status code tells."""

    code = "bounce_reason"
    WORDS: ClassVar = {
        "unknown_user": "the address is not known there",
        "unknown_host": "the domain takes no mail",
        "moved": "the mailbox has moved",
        "disabled": "the mailbox is switched off",
        "mailbox_full": "the mailbox is full",
        "too_big": "the mail is too large",
        "expired": "it was tried for too long",
        "unreachable": "the server was not reached",
        "rejected": "the server refused it",
        "spam": "it was taken for spam",
        "not_authenticated": "the sender was not proven",
        "complaint": "the recipient complained",
        "unknown": "no reason was given",
    }


class Likeness(Term, frozen=True):
    """Why a mail may be about a ticket that it does not join."""

    code = "likeness"
    WORDS: ClassVar = {
        "same_mail": "The same mail came before, another way.",
        "number": "Its subject has that request's number, from somebody on it.",
        "same_thread": "It answers the same mail as a mail of that request, one that never came here.",
        "conversation": "Outlook says that it is of the same conversation.",
        "subject": "Its subject is the answer to that request's, from somebody on it.",
    }


class FromUnanswerable(Notice, frozen=True):
    """Its From names nobody who can be answered. {proof}"""

    code = "author.from_unanswerable"

    proof: Sayable


class NamedByReplyTo(Notice, frozen=True):
    """Named by Reply-To in a mail from {origin}. {proof}"""

    code = "author.named_by_reply_to"

    origin: str
    proof: Sayable


class ForwardedAs(Notice, frozen=True):
    """{agent} forwarded it as a mail of {address}."""

    code = "author.forwarded"

    agent: str
    address: str


class WrittenOutside(Notice, frozen=True):
    """Written as {address} outside of the desk. {proof}"""

    code = "author.written_outside"

    address: str
    proof: Sayable


class SenderBlocked(Notice, frozen=True):
    """Its sender is blocked ({blocked})"""

    code = "refused.sender_blocked"

    blocked: str


class DuplicateOf(Notice, frozen=True):
    """Duplicate of mail {mail_id}"""

    code = "refused.duplicate"

    mail_id: int


class OwnMail(Notice, frozen=True):
    """Our own mail came back"""

    code = "refused.own_mail"


class ClaimsOwnMailbox(Notice, frozen=True):
    """It claims to come from one of our own mailboxes"""

    code = "refused.claims_own_mailbox"


class ReadReceipt(Notice, frozen=True):
    """A read receipt: it says nothing that anybody needs to answer"""

    code = "refused.read_receipt"


class ReportOfOthers(Notice, frozen=True):
    """A delivery report about a mail that is not ours"""

    code = "refused.report_of_others"


class NeedlessReport(Notice, frozen=True):
    """A delivery report that needs nobody: {action}"""

    code = "refused.needless_report"

    action: ReportAction


class AutomaticReply(Notice, frozen=True):
    """Automatic reply"""

    code = "refused.automatic_reply"


class DeletedFromQuarantine(Notice, frozen=True):
    """Deleted from quarantine"""

    code = "refused.deleted"


class NamesNoSender(Notice, frozen=True):
    """It names no sender whom an answer could reach."""

    code = "held.names_no_sender"


class AnswersConfirmations(Notice, frozen=True):
    """{address} answers each of our confirmations with nearly the same mail: a program, it seems.
    Nothing is sent to it until somebody looks."""

    code = "held.answers_confirmations"

    address: str


class VirusFound(Notice, frozen=True):
    """The virus scanner found {finding}."""

    code = "held.virus"

    finding: str


class ManyToMailbox(Notice, frozen=True):
    """More than {most} mails in ten minutes from {address} to this mailbox."""

    code = "held.many_to_mailbox"

    most: int
    address: str


class ManyFromSender(Notice, frozen=True):
    """More than {most} mails in an hour from {address}."""

    code = "held.many_from_sender"

    most: int
    address: str


class MarkedAsSpam(Notice, frozen=True):
    """The spam filter of the relay marked it."""

    code = "held.marked_as_spam"


class MarkedWithScore(Notice, frozen=True):
    """The spam filter of the relay marked it (score {score:g})."""

    code = "held.marked_with_score"

    score: float


class ScoredAsSpam(Notice, frozen=True):
    """The spam filter of the relay gave it {score:g}; the limit is {limit:g}."""

    code = "held.scored_as_spam"

    score: float
    limit: float


class DomainAsks(Notice, frozen=True):
    """{proof} Its domain asks to {policy} such mail."""

    code = "held.domain_asks"

    proof: Sayable
    policy: str


class ClaimsToBeStaff(Notice, frozen=True):
    """It claims to be of the staff. {proof}"""

    code = "held.claims_to_be_staff"

    proof: Sayable


class StoppedWorker(Notice, frozen=True):
    """Filing it stopped the worker again and again."""

    code = "held.stopped_worker"


class NotOnTicket(Notice, frozen=True):
    """It answers that request, but its sender is not on it."""

    code = "possibly_same.not_on_ticket"


class NotProven(Notice, frozen=True):
    """It answers that request, but its sender is not proven. {proof}"""

    code = "possibly_same.not_proven"

    proof: Sayable


class CameBack(Notice, frozen=True):
    """Came back from {recipient}: {said}"""

    code = "bounce.came_back"

    recipient: Sayable | str
    said: Sayable | str


class NotDeliveredYet(Notice, frozen=True):
    """Not delivered to {recipient} yet, the server tries again: {said}"""

    code = "bounce.not_yet"

    recipient: Sayable | str
    said: Sayable | str


class Complained(Notice, frozen=True):
    """{recipient} complained about this mail ({said})."""

    code = "bounce.complained"

    recipient: Sayable | str
    said: str


class SomeRecipient(Notice, frozen=True):
    """a recipient"""

    code = "bounce.some_recipient"


class ReportedFor(Notice, frozen=True):
    """{recipient}: {said}"""

    code = "bounce.reported_for"

    recipient: str
    said: Sayable | str


class KeptState(Term, frozen=True):
    """What a received mail is at."""

    code = "kept_state"
    WORDS: ClassVar = {
        "received": "received and not yet filed",
        "ticketed": "a ticket",
        "appended": "a message of a ticket",
        "quarantined": "in quarantine",
        "refused": "refused",
        "deleted": "deleted",
    }


class EndsBeforeItStarts(Notice, frozen=True):
    """is not after its start"""

    code = "automatic_reply.ends_early"


class LanguageTwice(Notice, frozen=True):
    """has a language twice"""

    code = "automatic_reply.language_twice"
