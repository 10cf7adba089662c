"""What is stored of an outgoing mail and what is read back."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from atum_desk.kernel.notices import NoticeRef
from atum_desk.signatures.public import SignatureTexts

# How the name that a mailbox's mail comes from is made.
SenderForm = Literal["agent_at_mailbox", "mailbox", "agent"]
MailKind = Literal["reply", "confirmation"]
MailState = Literal["held", "queued", "sending", "sent", "delivered", "bounced", "failed", "unknown", "cancelled"]
MAIL_STATES: tuple[MailState, ...] = MailState.__args__  # type: ignore[attr-defined]


class MailAddress(msgspec.Struct, frozen=True):
    """One address of a mail: `name` is the display name or ""."""

    name: str
    address: str


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """How mail of a team looks in a language: texts with placeholders; empty means the built-in."""

    sender: str = ""
    subject: str = ""
    intro: str = ""
    signature: str = ""
    footer: str = ""


class MailNames(msgspec.Struct, frozen=True, kw_only=True):
    """Who stands behind a mail, for the placeholders of its layout."""

    agent: str = ""
    team: str = ""
    mailbox: str = ""
    mailbox_address: str = ""
    requester: str = ""


class QuotedMessage(msgspec.Struct, frozen=True):
    """A message of the ticket that a mail quotes; `html` is sanitised or None."""

    author_name: str
    created_at: datetime
    text: str
    html: str | None


class ForwardedMessage(msgspec.Struct, frozen=True):
    """A message of the ticket that a mail carries whole to somebody else; `html` is sanitised or None."""

    author_name: str
    author_email: str | None
    created_at: datetime
    to: list[MailAddress]
    text: str
    html: str | None


class StoppedAddress(msgspec.Struct, frozen=True):
    """An address that mail came back from for good: nothing is sent to it until somebody lifts that."""

    id: int
    email: str
    status: str | None
    words: str
    since: datetime


class OutgoingMail(msgspec.Struct, kw_only=True):
    """A mail that a command wants to send.

    `subject` is the ticket's own: the number is added, and "Re:" unless the mail `opens_ticket`. `html`
    is sanitised; None renders `text`. `in_reply_to` and `references` (ids without brackets) default to
    the ticket's own mails, `ticket_number` to the one of `ticket_id`. `link` is the address of the
    request in the portal.
    It leaves `hold_seconds` after the commit, and not before `send_at`. `marker`: it has the line to
    write above. `plain_text` None: as its mailbox says. `quoted_messages` is what was asked for, and
    `quotes` what there is; `forwarded` are messages that it carries whole. `language` is the reader's,
    for what the desk itself says around the text. Answers to a mail with a `conversation_id` go to that
    conversation with others.
    """

    mailbox_id: int
    kind: MailKind
    recipients: list[MailAddress]
    cc: list[MailAddress] = []
    # they get the mail, and nobody else reads in it that they did
    bcc: list[MailAddress] = []
    subject: str
    text: str
    html: str | None = None
    in_reply_to: str | None = None
    references: list[str] | None = None
    ticket_id: int | None = None
    ticket_number: int | None = None
    message_id: int | None = None
    hold_seconds: float = 0
    send_at: datetime | None = None
    link: str | None = None
    layout: Layout | None = None
    names: MailNames = MailNames()
    marker: bool = False
    plain_text: bool | None = None
    quoted_messages: int = 0
    quotes: list[QuotedMessage] = []
    forwarded: list[ForwardedMessage] = []
    conversation_id: int | None = None
    opens_ticket: bool = False
    language: str = "en"
    # it tells this member of the staff; with `staff_only` an answer to it is a note
    notified_id: int | None = None
    staff_only: bool = False
    # None: as the layout says; with an empty text: none
    signature: SignatureTexts | None = None
    # None: as the layout says, and without one the agent at the mailbox
    sender_form: SenderForm | None = None


class WrittenMail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail in words: `sender` is a name, `plain` the text where it travels alone."""

    sender: str
    subject: str
    text: str
    html: str
    plain: str


class DeliveryReport(msgspec.Struct, frozen=True):
    """What a delivery report said of one recipient."""

    recipient: str
    action: Literal["delivered", "delayed", "failed"]
    status: str | None
    words: str
    at: datetime
    # None of what came before notices were stored
    notice: NoticeRef | None = None


class SentMail(msgspec.Struct, frozen=True):
    """A mail that left, the ticket it was about, None for mail about none, and the conversation it was of, if any."""

    id: int
    ticket_id: int | None
    conversation_id: int | None = None


class OutboxItem(msgspec.Struct, kw_only=True):
    """One mail of the outbox as lists show it. `held` means that it may still be undone or edited.

    `send_at` is the moment somebody chose, `meaning` what the status code means; each in English beside
    its notice, which is None for what an earlier release wrote.
    """

    id: int
    state: MailState
    kind: MailKind
    sender: MailAddress = msgspec.field(name="from")
    to: list[MailAddress]
    cc: list[MailAddress]
    bcc: list[MailAddress]
    subject: str
    ticket_number: int | None
    message_id: int | None
    created_at: datetime
    held_until: datetime | None
    send_at: datetime | None
    next_attempt_at: datetime | None
    sent_at: datetime | None
    attempts: int
    last_error: str | None
    last_error_notice: NoticeRef | None = None
    status_code: str | None
    meaning: str | None = None
    meaning_notice: NoticeRef | None = None
    reports: list[DeliveryReport]
    version: int


class OutboxMail(OutboxItem, kw_only=True):
    """One mail of the outbox with its rendering and the headers it leaves with.

    `html` is empty where the text travels alone.
    """

    text: str
    html: str
    headers: list[tuple[str, str]]


class LockedMail(msgspec.Struct, frozen=True):
    """What a command reads of a mail it holds the lock of."""

    id: int
    state: MailState
    version: int
    attempts: int
    ticket_id: int | None
    message_id: int | None
    author_id: int | None
    held_until: datetime | None
    send_at: datetime | None
    recipients: list[MailAddress]
    cc: list[MailAddress]
    bcc: list[MailAddress]
    plain_text: bool
    quoted_messages: int


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """What a mail travels by: its mailbox's own relay or, without `host`, the settings' one."""

    mailbox_id: int
    host: str | None
    port: int | None
    security: Literal["tls", "starttls", "offered", "none"] | None
    username: str | None
    password: bytes | None
    max_per_minute: int | None
    ask_delivery: bool
    # what is known of the largest mail, and of which relay
    known_relay: str | None = None
    known_max_bytes: int | None = None


class SigningKey(msgspec.Struct, frozen=True):
    """A key that signs mail of a domain (RFC 6376); the private part is sealed."""

    domain: str
    selector: str
    algorithm: Literal["rsa", "ed25519"]
    private_key: bytes


class ClaimedMail(msgspec.Struct, kw_only=True):
    """All that is needed to build and send a mail; ids stand without angle brackets."""

    id: int
    kind: MailKind
    message_id: int | None
    mail_message_id: str
    envelope_from: str
    sender: MailAddress
    recipients: list[MailAddress]
    cc: list[MailAddress]
    bcc: list[MailAddress]
    reply_to: str | None
    subject: str
    in_reply_to: str | None
    mail_references: list[str]
    text: str
    html: str
    # the text travels alone
    plain_text: bool
    attempts: int
    created_at: datetime
    # it tells a member of the staff
    notified_id: int | None = None
    conversation_id: int | None = None

    @property
    def people(self) -> list[MailAddress]:
        """Everybody it goes to, openly or not."""
        return [*self.recipients, *self.cc, *self.bcc]


class MailFile(msgspec.Struct, kw_only=True, frozen=True):
    """A file that travels with a mail; `inline` ones are shown in place by the HTML."""

    id: int
    filename: str
    mime_type: str
    sha256: str
    inline: bool


class TakenMail(msgspec.Struct, frozen=True):
    """A mail in this worker's hands, with everything that goes with it."""

    mail: ClaimedMail
    files: list[MailFile]
    keys: list[SigningKey]
    stopped: list[StoppedAddress]


class QueuedMail(msgspec.Struct, frozen=True):
    """A mail that is due, named for its job."""

    workspace_id: int
    outbox_id: int
    attempts: int


class MailboxSent(msgspec.Struct, frozen=True, kw_only=True):
    """The balance of outgoing mail counted for one mailbox: every mail in exactly one state.

    `astray` are those outside of it (audit.py says how).
    """

    mailbox: str
    written: int
    held: int
    queued: int
    sending: int
    sent: int
    delivered: int
    bounced: int
    failed: int
    unknown: int
    cancelled: int
    astray: int

    @property
    def holds(self) -> bool:
        """Whether the states add up and nothing is astray."""
        return self.astray == 0 and self.written == sum(getattr(self, s) for s in MAIL_STATES)
