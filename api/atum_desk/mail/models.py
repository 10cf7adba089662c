"""What is stored of a received mail, and of the mailboxes that receive."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

MailState = Literal["received", "ticketed", "appended", "quarantined", "refused"]


class MailboxTarget(msgspec.Struct, frozen=True):
    """Whose an address is."""

    workspace_id: int
    mailbox_id: int


class IncomingMail(msgspec.Struct, frozen=True):
    """A mail as a server handed it over, for one workspace; nothing of it is judged yet.

    `envelope_from` is "" for the null sender; `mailbox_id` the first recipient's.
    """

    target: MailboxTarget
    envelope_from: str
    envelope_to: list[str]
    raw: bytes
    mail_message_id: str | None
    dedupe_key: bytes
    sha256: str


class MailSource(msgspec.Struct, frozen=True):
    """A stored mail and its bytes, as the filing job reads it."""

    id: int
    state: MailState
    mailbox_id: int | None
    envelope_from: str
    envelope_to: list[str]
    attempts: int
    raw: bytes


class MailFacts(msgspec.Struct, frozen=True):
    """What the workspace knows about a mail that is to be filed.

    `referenced_ticket_id` is the ticket of the newest mail that the mail's references name;
    `waiting_for_id` an earlier mail among them that is not filed itself yet.
    """

    duplicate_of_id: int | None
    is_ours: bool
    own_addresses: list[str]
    signed_ticket_id: int | None
    referenced_ticket_id: int | None
    referenced_outbox_id: int | None
    waiting_for_id: int | None
    confirms_email_tickets: bool


class Mailbox(msgspec.Struct, frozen=True):
    """An address that receives and sends for a team."""

    id: int
    address: str
    name: str
    team_id: int
    active: bool
    version: int


class MailItem(msgspec.Struct, kw_only=True):
    """A received mail as lists show it; `reason` says why it was quarantined or refused."""

    id: int
    state: MailState
    reason: str | None
    mailbox: str | None
    sender: str | None = msgspec.field(name="from")
    subject: str | None
    size: int
    received_at: datetime
    ticket_number: int | None


class MailboxAudit(msgspec.Struct, frozen=True):
    """One mailbox's mails by state; `waiting` are received and not yet filed.

    The law: `received` is the sum of the others, and `astray` (ticketed or appended mails without
    exactly one message) is 0.
    """

    mailbox: str | None
    received: int
    ticketed: int
    appended: int
    quarantined: int
    refused: int
    waiting: int
    astray: int

    @property
    def holds(self) -> bool:
        """Tell whether the conservation law holds for this mailbox."""
        settled = self.ticketed + self.appended + self.quarantined + self.refused
        return self.received == settled + self.waiting and self.astray == 0
