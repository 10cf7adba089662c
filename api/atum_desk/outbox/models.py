"""What is stored of an outgoing mail and what is read back."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

MailKind = Literal["reply", "confirmation"]
MailState = Literal["held", "queued", "sending", "sent", "failed", "unknown", "cancelled"]


class MailAddress(msgspec.Struct, frozen=True):
    """One address of a mail: `name` is the display name or ""."""

    name: str
    address: str


class OutgoingMail(msgspec.Struct, kw_only=True):
    """A mail that a command wants to send.

    `subject` is the ticket's own: "Re:" and the number are added. `html` is sanitised; None renders
    `text`. `in_reply_to` and `references` (ids without brackets) default to the ticket's own mails,
    `ticket_number` to the one of `ticket_id`. `link` is the address of the request in the portal.
    """

    mailbox_id: int
    kind: MailKind
    sender_name: str
    recipients: list[MailAddress]
    cc: list[MailAddress] = []
    subject: str
    text: str
    html: str | None = None
    in_reply_to: str | None = None
    references: list[str] | None = None
    ticket_id: int | None = None
    ticket_number: int | None = None
    message_id: int | None = None
    hold_seconds: float = 0
    link: str | None = None


class OutboxItem(msgspec.Struct, kw_only=True):
    """One mail of the outbox as lists show it. `held` means that it may still be undone."""

    id: int
    state: MailState
    kind: MailKind
    sender: MailAddress = msgspec.field(name="from")
    to: list[MailAddress]
    cc: list[MailAddress]
    subject: str
    ticket_number: int | None
    message_id: int | None
    created_at: datetime
    held_until: datetime | None
    next_attempt_at: datetime | None
    sent_at: datetime | None
    attempts: int
    last_error: str | None


class OutboxMail(OutboxItem, kw_only=True):
    """One mail of the outbox with its rendering and the headers it leaves with."""

    text: str
    html: str
    headers: list[tuple[str, str]]


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
    reply_to: str | None
    subject: str
    in_reply_to: str | None
    mail_references: list[str]
    text: str
    html: str
    attempts: int
    created_at: datetime


class MailFile(msgspec.Struct, kw_only=True, frozen=True):
    """A file that travels with a mail; `inline` ones are shown in place by the HTML."""

    id: int
    filename: str
    mime_type: str
    sha256: str
    inline: bool


class QueuedMail(msgspec.Struct, frozen=True):
    """A mail that is due, named for its job."""

    workspace_id: int
    outbox_id: int
    attempts: int
