"""Tickets and messages as they are stored and read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from atum_desk.custom_fields.public import FieldKind
from atum_desk.files.public import Attachment
from atum_desk.identity.public import NamedRef
from atum_desk.kernel.notices import NoticeRef, Sayable
from atum_desk.lifecycle.public import Category
from atum_desk.mime import Invitation, MailSignature, Omission, QuotedPart, part_quoted
from atum_desk.outbox.public import MailAddress, StoppedAddress, meaning_of
from atum_desk.outbox.public import MailState as OutgoingState
from atum_desk.signatures.public import SignatureTexts
from atum_desk.tickets.fields import IN_TICKET
from atum_desk.tickets.people import Participant
from atum_desk.tickets.property import stored_shape
from atum_desk.tickets.redact_schemas import Redaction
from atum_desk.tickets.values import Automatic, Channel, Mentions, Priority, TicketType

MessageKind = Literal["reply", "note"]
AuthorVerdict = Literal["proven", "unknown", "failed"]


class MessageExtras(msgspec.Struct, frozen=True):
    """What a mail brought beside its text: events, a signature, and who of the staff forwarded it.

    `recipients_left_out`: so many of its To and Cc are neither shown nor participants. `omitted`
    names what else the mail holds and the message does not show. `forwarded` are the messages of the ticket that
    its own mail carried to somebody else.
    """

    invitations: list[Invitation] = []
    signature: MailSignature | None = None
    forwarded_by: str | None = None
    recipients_left_out: int = 0
    omitted: list[Omission] = []
    forwarded: list[int] = []


class NewMessage(msgspec.Struct, kw_only=True):
    """A message to add to a ticket; the text is without the quoted history, which `quoted` holds."""

    kind: MessageKind
    text: str
    html: str | None = None
    quoted: str | None = None
    author_id: int
    author_name: str
    from_staff: bool
    # how far it is proven who the author is; None for somebody who was signed in
    author_verdict: AuthorVerdict | None = None
    author_notice: Sayable | None = None
    channel: Channel
    recipients: list[MailAddress] = []
    cc: list[MailAddress] = []
    bcc: list[MailAddress] = []
    attachment_ids: list[int] = []
    mail_message_id: str | None = None
    # the mails that its mail answers, the oldest first
    mail_references: list[str] = []
    mail_id: int | None = None
    extras: MessageExtras | None = None
    # a robot's answer is kept but wakes nobody
    automatic: bool = False
    # its mail waits so long and not less than until `send_at`; its requester does not see it before
    hold_seconds: float = 0
    send_at: datetime | None = None
    # what its mail looks like; None: as its mailbox and, of the signature, the layout say
    plain_text: bool | None = None
    quoted_messages: int | None = None
    # whom a note mentions
    mentions: Mentions | None = None
    # of a conversation with others; `aside` when the ticket's own thread leaves it out
    conversation_id: int | None = None
    aside: bool = False
    signature: SignatureTexts | None = None


class NewTicket(msgspec.Struct, kw_only=True):
    """A ticket to open with its first message; without a team its mailbox's team takes it.

    `category` is that of its first status: `new`, or `open` when staff have written to its requester.
    """

    subject: str
    requester_id: int
    channel: Channel
    mailbox_id: int | None = None
    team_id: int | None = None
    assignee_id: int | None = None
    priority: Priority = "normal"
    type: TicketType = "question"
    tags: list[str] = []
    follow_up_of_id: int | None = None
    cc_ids: list[int] = []
    category: Literal["new", "open"] = "new"
    automatic: Automatic | None = None
    message: NewMessage


class OpenedTicket(msgspec.Struct, frozen=True):
    """A ticket just opened."""

    id: int
    number: int
    message_id: int


class Appended(msgspec.Struct, frozen=True):
    """Where a message went; `opened` when it opened a follow-up ticket instead."""

    message_id: int
    ticket_id: int
    number: int
    opened: bool


class LockedTicket(msgspec.Struct, frozen=True):
    """A ticket that a command holds the lock of.

    What is named here is what commands use by name. `columns` holds that and all that somebody may
    set, as it is stored: what a change alters is told from it.
    """

    id: int
    number: int
    subject: str
    status_id: int
    category: Category
    team_id: int
    requester_id: int
    mailbox_id: int | None
    merged_into: int | None
    assignee_id: int | None
    resolved_at: datetime | None
    tags: list[str]
    version: int
    columns: Mapping[str, Any]


class Recipients(msgspec.Struct, frozen=True):
    """Who a reply's mail goes to: everybody once, the first in `to`, `cc` or `bcc` that names them."""

    to: list[MailAddress] = []
    cc: list[MailAddress] = []
    bcc: list[MailAddress] = []

    @property
    def people(self) -> list[MailAddress]:
        """Everybody, openly or not."""
        return [*self.to, *self.cc, *self.bcc]


class MailState(msgspec.Struct, frozen=True):
    """How far a reply's mail has come."""

    outbox_id: int
    state: OutgoingState
    held_until: datetime | None
    send_at: datetime | None
    next_attempt_at: datetime | None
    last_error: str | None
    status_code: str | None
    attempts: int
    version: int
    # what the status code means, in words
    meaning: str | None = None
    # the same two as notices
    last_error_notice: NoticeRef | None = None
    meaning_notice: NoticeRef | None = None

    def __post_init__(self) -> None:
        """Say the status code in words; stored rows have only the code."""
        if meaning := meaning_of(self.status_code):
            msgspec.structs.force_setattr(self, "meaning", meaning.text)
            msgspec.structs.force_setattr(self, "meaning_notice", meaning.ref)


class MessageAuthor(msgspec.Struct, frozen=True):
    """Whom a message is by; without an id it is somebody who claims that name."""

    id: int | None
    name: str


class MarkedText(msgspec.Struct, frozen=True):
    """A stretch of plain text; `marked` when it is a word that was searched for."""

    text: str
    marked: bool


class SearchMatch(msgspec.Struct, frozen=True):
    """The newest message that holds the words, and where: the ticket's subject and an excerpt, in stretches.

    The texts are as people wrote them, not HTML. A note is for the staff alone, and so is its excerpt.
    """

    message_id: int
    kind: MessageKind
    author: MessageAuthor
    at: datetime
    subject: list[MarkedText]
    excerpt: list[MarkedText]


class AuthorCheck(msgspec.Struct, frozen=True):
    """How far it is proven that a message's author is who it names, and why, in words.

    `notice` is None for what an earlier release wrote. `claims` says that the name is shown as a claim: its proof
    failed, or it is one of the staff's and nothing proves it.
    """

    verdict: AuthorVerdict
    words: str
    notice: NoticeRef | None = None
    claims: bool = False


class MessageItem(msgspec.Struct, frozen=True, tag="message", tag_field="type"):
    """A reply or a note in a thread, with its files, the state of its mail and the signature in it.

    `author_check` is null for what somebody wrote who was signed in. `quoted_parts` says line by line
    which of `quoted` is history and which the author's signature.
    """

    id: int
    kind: MessageKind
    from_staff: bool
    author: MessageAuthor
    author_check: AuthorCheck | None
    channel: Channel
    created_at: datetime
    text: str
    html: str | None
    quoted: str | None
    has_remote_images: bool
    to: list[MailAddress]
    cc: list[MailAddress]
    attachments: list[Attachment]
    mail: MailState | None
    raw_url: str | None
    change_id: int | None
    extras: MessageExtras | None = None
    bcc: list[MailAddress] = []
    # where an answer to its author alone would go; None for what the staff wrote
    author_email: str | None = None
    # the conversation with others that it is part of; only the staff see it
    conversation_id: int | None = None
    signature: SignatureTexts | None = None
    quoted_parts: list[QuotedPart] = []
    # when it was changed last after it was written
    edited_at: datetime | None = None
    redactions: list[Redaction] | None = None

    def __post_init__(self) -> None:
        """Part what is quoted; stored rows hold the text alone."""
        msgspec.structs.force_setattr(self, "quoted_parts", part_quoted(self.quoted or ""))


class TicketLink(msgspec.Struct, frozen=True):
    """Another ticket that may be the same request, and why; `newer` is the one that came later."""

    id: int
    number: int
    subject: str
    reason: str
    newer: bool
    created_at: datetime
    reason_notice: NoticeRef | None = None


class MergedTicket(msgspec.Struct, frozen=True):
    """A ticket that was merged into another."""

    number: int
    subject: str


RelationKind = Literal[
    "parent",
    "child",
    "duplicate_of",
    "duplicate",
    "related",
    "problem",
    "incident",
    "split_from",
    "split_into",
    "not_same",
]


class Relation(msgspec.Struct, frozen=True):
    """A ticket that another is linked to; `kind` says what it is to the other."""

    id: int
    kind: RelationKind
    number: int
    subject: str
    category: Category
    status: str
    requester: str
    created_at: datetime


class OfferedTicket(msgspec.Struct, frozen=True):
    """Another ticket of the same requester that may be the same request; `similar` when their subjects are alike."""

    number: int
    subject: str
    category: Category
    status: str
    similar: bool
    created_at: datetime


class TicketMerge(msgspec.Struct, frozen=True):
    """How a ticket was merged: its change, the status it had, the other ticket, and what of it stands there now."""

    id: int
    at: datetime
    status_id: int
    into_id: int
    into_number: int
    subject: str
    message_ids: list[int]
    joined: list[int]


class LaterMessage(msgspec.Struct, frozen=True):
    """A message that came on the other ticket after a merge, with its first 200 characters."""

    id: int
    author: str
    kind: MessageKind
    created_at: datetime
    preview: str


class OwnFieldChange(msgspec.Struct, frozen=True):
    """A custom field's old and new value, as tickets show them; a choice is said by the names of its options."""

    key: str
    name: str
    kind: FieldKind
    old: Any
    new: Any


class StoredChange(msgspec.Struct, frozen=True):
    """A change of a ticket's properties with the raw old and new values."""

    id: int
    command: str
    actor_id: int | None
    actor_name: str | None
    via: str
    at: datetime
    undo_of: int | None
    undone_command: str | None
    codes: list[str]
    old: dict[str, Any]
    new: dict[str, Any]
    fields: list[OwnFieldChange] = []


class Thread(msgspec.Struct, frozen=True, kw_only=True):
    """Messages and property changes, newest first, and the names of the ids in them."""

    messages: list[MessageItem] = []
    changes: list[StoredChange] = []
    names: dict[str, dict[str, Any] | None] = {}


class StoredTicket(  # type: ignore[call-arg]
    stored_shape("StoredProperties", IN_TICKET, Thread),  # type: ignore[misc]
    kw_only=True,
):
    """A ticket's columns with the names they point to and as much of its thread as was asked for."""

    id: int
    requester_email: str | None
    requester_organization: NamedRef | None
    requester_time_zone: str | None = None
    stopped: list[StoppedAddress] = msgspec.field(default_factory=list)
    unread: bool
    cc: list[Participant]
    fields: dict[str, Any]
    allowed_statuses: list[str]
    read_at: datetime | None = None
    first_message: MessageItem | None = None
    earlier: int = 0
    first_unread_id: int | None = None
