"""What is stored of a received mail, and of the mailboxes that receive."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from atum_desk.contacts.public import ContactRef
from atum_desk.files.public import ScanVerdict
from atum_desk.identity.public import NamedRef
from atum_desk.kernel.notices import Foreign, Notice, NoticeRef, Sayable
from atum_desk.outbox.public import MailAddress

MailState = Literal["received", "ticketed", "appended", "quarantined", "refused"]
Cause = Literal["unreadable", "failed", "spam", "virus", "unscanned", "forged", "rate"]
Policy = Literal["none", "quarantine", "reject"]


class MailboxTarget(msgspec.Struct, frozen=True):
    """Whose an address is."""

    workspace_id: int
    mailbox_id: int


class OfferedMail(msgspec.Struct, frozen=True):
    """A mail as a server handed it over, for one workspace; nothing of it is judged yet.

    `envelope_from` is "" for the null sender; `mailbox_id` the first recipient's. `peer` is the IP
    address that handed it over, None for sockets and pipes; `helo` the name it gave itself in SMTP.
    """

    target: MailboxTarget
    envelope_from: str
    envelope_to: list[str]
    raw: bytes
    mail_message_id: str | None
    dedupe_key: bytes
    sha256: str
    peer: str | None = None
    helo: str | None = None


class Proof(msgspec.Struct, frozen=True):
    """What can be said of a mail's From: `proven`, `failed` (with the domain's wish), or `unknown`.

    Unknown means that neither a trusted relay nor DNS says anything for or against it.
    """

    verdict: Literal["proven", "failed", "unknown"]
    words: str
    policy: Policy = "none"
    # None of what an earlier release wrote
    notice: NoticeRef | None = None

    @classmethod
    def of(cls, verdict: Literal["proven", "failed", "unknown"], notice: Notice, policy: Policy = "none") -> Proof:
        """Return a verdict with its reason."""
        return cls(verdict, notice.text, policy, notice.ref)

    @property
    def said(self) -> Sayable:
        """The reason, to stand in other sentences."""
        return self.notice or Foreign(self.words)


class SpamVerdict(msgspec.Struct, frozen=True):
    """What a filter before us said: whether it is spam, and a score, None when it gave none."""

    flagged: bool = False
    score: float | None = None


class Evidence(msgspec.Struct, frozen=True):
    """What was found out about a mail before it was filed; `scan` is None without a scanner.

    `forwarded` tells that somebody of the staff forwarded it, so its message is the original's.
    """

    proof: Proof
    spam: SpamVerdict
    scan: ScanVerdict | None = None
    forwarded: bool = False
    # the mailing list that it names
    list_id: str | None = None


class MailSource(msgspec.Struct, frozen=True):
    """A stored mail and its bytes, as the filing job reads it."""

    id: int
    state: MailState
    mailbox_id: int | None
    envelope_from: str
    envelope_to: list[str]
    attempts: int
    peer: str | None
    helo: str | None
    released: bool
    received_at: datetime
    raw: bytes


class WaitingMail(msgspec.Struct, frozen=True):
    """A mail that is to be filed, with its bytes unless it is large; `size` in bytes."""

    id: int
    state: MailState
    size: int
    source: MailSource | None


class MailRules(msgspec.Struct, frozen=True, kw_only=True):
    """What a workspace wants done with received mail; each is a row of its settings (`mail.<name>`).

    `unknown_senders` decides for people on a ticket whose mail nobody vouches for or against: they
    may join by answering a mail of ours, by any reference, or never. Rates of 0 are no limit, and
    deleted mail is kept for ever with `keep_deleted_days` at 0.
    """

    confirm_email_tickets: bool = False
    staff_replies: Literal["note", "reply"] = "note"
    note_commands: bool = False
    unknown_senders: Literal["our_mail", "participants", "never"] = "our_mail"
    forged: Literal["quarantine", "accept"] = "quarantine"
    spam: Literal["quarantine", "accept"] = "quarantine"
    spam_threshold: Annotated[float, Meta(ge=0.5, le=1000)] = 6.0
    sender_hourly: Annotated[int, Meta(ge=0, le=100_000)] = 1000
    pair_ten_minutes: Annotated[int, Meta(ge=0, le=100_000)] = 200
    keep_deleted_days: Annotated[int, Meta(ge=0, le=3650)] = 0


class Hints(msgspec.Struct, frozen=True, kw_only=True):
    """What a mail that joins no ticket says of one that it may be about.

    `thread_ids` are the Message-IDs of its thread's first mail and of the mail that it answers,
    without brackets; `subject` is None unless the mail says that it is an answer.
    """

    thread_ids: list[str]
    thread_key: str | None
    number: int | None
    subject: str | None


class HintedTicket(msgspec.Struct, frozen=True):
    """A ticket that a mail may be about, and what says so."""

    ticket_id: int
    because: Literal["same_mail", "number", "same_thread", "conversation", "subject"]


class NamedConversation(msgspec.Struct, frozen=True):
    """A conversation with others that a mail belongs to, the ticket that it is about now, and whom it is with."""

    id: int
    ticket_id: int
    people: list[MailAddress]


class MailFacts(msgspec.Struct, frozen=True):
    """What the workspace knows about a mail that is to be filed.

    `referenced_ticket_id` is the ticket that now holds the newest mail which the mail's references
    name; `referenced_conversation` is the conversation with others that this mail is part of, None for one of
    the ticket's own thread; `signed_conversation` is the one to whose reply address, or to the return path of
    one of whose mails, it was sent. `answered_ticket_id` is the ticket of the newest of ours among the
    references. `waiting_for_id` is an earlier mail among them that is not filed itself yet. `sender_mails` and
    `pair_mails` count what the same sender sent within an hour, and to the same mailbox within ten minutes, up
    to the rules' limits. `person` is whoever has the sender's address; `hinted` a ticket that the mail may be
    about if it joins none; `confirmed_texts` begin the sender's requests of the last hour that we confirmed,
    the newest first.
    """

    state: MailState | None
    rules: MailRules
    person: ContactRef | None
    hinted: HintedTicket | None
    confirmed_texts: list[str]
    duplicate_of_id: int | None
    is_ours: bool
    sender_is_staff: bool
    own_addresses: list[str]
    signed_ticket_id: int | None
    referenced_ticket_id: int | None
    answered_ticket_id: int | None
    referenced_outbox_id: int | None
    # whether it answers a notification of what the requester must not read
    answers_staff_only: bool
    signed_conversation: NamedConversation | None
    referenced_conversation: NamedConversation | None
    waiting_for_id: int | None
    blocked_by: str | None
    sender_mails: int
    pair_mails: int

    @property
    def belongs(self) -> bool:
        """Whether the mail was sent to a signed address, or names a mail of a ticket."""
        signed = self.signed_ticket_id is not None or self.signed_conversation is not None
        return signed or self.referenced_ticket_id is not None


class Mailbox(msgspec.Struct, frozen=True):
    """An address that receives and sends for a team."""

    id: int
    address: str
    name: str
    team_id: int
    active: bool
    version: int


class MailItem(msgspec.Struct, kw_only=True):
    """A received mail as lists show it; `reason` says why it was quarantined or refused.

    `reason_notice` is the same, None for what an earlier release wrote.
    """

    id: int
    state: MailState
    reason: str | None
    reason_notice: NoticeRef | None = None
    cause: Cause | None
    mailbox: str | None
    sender: str | None = msgspec.field(name="from")
    subject: str | None
    size: int
    received_at: datetime
    ticket_number: int | None
    deleted: bool
    erased: bool


class MailRow(msgspec.Struct, frozen=True):
    """A mail's row with all that is known of it beside its bytes; `size` is 0 once they are erased."""

    item: MailItem
    envelope_from: str
    envelope_to: list[str]
    peer: str | None
    evidence: dict[str, Any] | None
    parser_version: int | None
    size: int


class KeptMail(msgspec.Struct, frozen=True):
    """A mail's row as commands lock it."""

    id: int
    state: MailState
    cause: Cause | None
    from_address: str | None
    envelope_from: str
    deleted: bool
    erased: bool


# An address, a domain with all beneath it, a mailing list by its List-Id (RFC 2919).
BlockKind = Literal["address", "domain", "list"]


class MailBlock(msgspec.Struct, frozen=True):
    """A sender, a domain or a list whose mail is refused."""

    id: int
    kind: BlockKind
    value: str
    created_at: datetime
    created_by: NamedRef | None


class MailCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Mails by state; `waiting` are received and not yet filed.

    The balance: `received`, as the ledger recorded it, is the sum of the states; none is `astray`
    (ticketed or appended without exactly one message) or `without_bytes`.
    """

    received: int
    ticketed: int
    appended: int
    quarantined: int
    refused: int
    waiting: int
    astray: int
    without_bytes: int

    @property
    def difference(self) -> int:
        """How many mails the balance misses; 0 while it is right."""
        settled = self.ticketed + self.appended + self.quarantined + self.refused
        missing = abs(self.received - settled - self.waiting)
        return missing + self.astray + self.without_bytes

    @property
    def holds(self) -> bool:
        """Tell whether the balance is right."""
        return self.difference == 0


class MailboxAudit(MailCounts, frozen=True, kw_only=True):
    """One mailbox's mails by state; None for mail of a mailbox that is not known any more."""

    mailbox: str | None


class DayCount(MailCounts, frozen=True, kw_only=True):
    """One mailbox's mails of one day in UTC."""

    mailbox_id: int | None
    mailbox: str | None
    day: date
