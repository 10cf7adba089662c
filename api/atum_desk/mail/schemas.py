"""Requests and pages of received mail and mailboxes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from atum_desk.identity.public import Name
from atum_desk.kernel.notices import NoticeRef
from atum_desk.mail.models import Evidence, MailBlock, Mailbox, MailItem
from atum_desk.mime import Address, Invitation, MailSignature

# Without a plus: what follows one is the ticket's signature.
MailboxAddress = Annotated[
    str, Meta(max_length=320, pattern=r"^[^@\s+<>,;]+@[^@\s<>,;]+$", examples=["support@example.com"])
]


class MailPage(msgspec.Struct):
    """A page of received mail, newest first; `counts` by state, each up to 1000."""

    items: list[MailItem]
    next_cursor: str | None
    counts: dict[str, int]


class MailsKept(msgspec.Struct):
    """The ids of a mail that is kept, one for each workspace it came to."""

    mail_ids: list[int]


class MailboxList(msgspec.Struct):
    """All mailboxes."""

    items: list[Mailbox]


class NewMailbox(msgspec.Struct, forbid_unknown_fields=True):
    """A mailbox to add."""

    address: MailboxAddress
    name: Name
    team_id: int
    active: bool = True


class MailboxChange(msgspec.Struct, forbid_unknown_fields=True):
    """What to change of a mailbox."""

    address: MailboxAddress | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    team_id: int | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    version: int | None = None


BlockScope = Literal["address", "domain"]


class BlockSender(msgspec.Struct, forbid_unknown_fields=True):
    """Whether to block the sender's address or all of its domain."""

    scope: BlockScope


class NewBlock(msgspec.Struct, forbid_unknown_fields=True):
    """An address (ann@example.org) or a domain (example.org), with all domains beneath it.

    With `list` it is a mailing list by its List-Id (news.example.org).
    """

    value: Annotated[
        str, Meta(max_length=320, pattern=r"^@?([^@\s<>,;]+@)?[^@\s<>,;]+\.[^@\s<>,;.]+$", examples=["example.org"])
    ]
    list: bool = False


class MailBlocks(msgspec.Struct):
    """Who is blocked."""

    items: list[MailBlock]


class MailRulesChange(msgspec.Struct, forbid_unknown_fields=True):
    """What to change of the rules for received mail."""

    confirm_email_tickets: bool | UnsetType = UNSET
    staff_replies: Literal["note", "reply"] | UnsetType = UNSET
    note_commands: bool | UnsetType = UNSET
    unknown_senders: Literal["our_mail", "participants", "never"] | UnsetType = UNSET
    forged: Literal["quarantine", "accept"] | UnsetType = UNSET
    spam: Literal["quarantine", "accept"] | UnsetType = UNSET
    spam_threshold: Annotated[float, Meta(ge=0.5, le=1000)] | UnsetType = UNSET
    sender_hourly: Annotated[int, Meta(ge=0, le=100_000)] | UnsetType = UNSET
    pair_ten_minutes: Annotated[int, Meta(ge=0, le=100_000)] | UnsetType = UNSET
    keep_deleted_days: Annotated[int, Meta(ge=0, le=3650)] | UnsetType = UNSET


class BalanceLine(msgspec.Struct, kw_only=True):
    """One mailbox's mails of one day (UTC) by what became of them.

    `received` is what the ledger saw come. `difference` is how many mails the sum misses, plus those
    without exactly one message or without their bytes: 0 while nothing is lost.
    """

    mailbox: str | None
    day: date
    received: int
    ticketed: int
    appended: int
    quarantined: int
    refused: int
    waiting: int
    difference: int


class BalanceReport(msgspec.Struct):
    """The balance by mailbox and day, the newest day first."""

    items: list[BalanceLine]
    holds: bool


class PreviewFile(msgspec.Struct):
    """A file of a mail that is looked at; it stays where it is."""

    filename: str
    mime_type: str
    size: int


class MailDetail(MailItem, kw_only=True):
    """A received mail as the parser reads it now. `html` is safe to show; nothing of it is fetched.

    `evidence` is what was found out before it was filed; `shortened` says that the mail is too large
    to be shown whole (its source can be downloaded).
    """

    envelope_from: str
    envelope_to: list[str]
    peer: str | None
    to: list[Address]
    cc: list[Address]
    date: datetime | None
    text: str
    html: str | None
    has_remote_images: bool
    files: list[PreviewFile]
    headers: list[tuple[str, str]]
    problems: list[str]
    problem_notices: list[NoticeRef]
    invitations: list[Invitation]
    signature: MailSignature | None
    evidence: Evidence | None
    parser_version: int | None
    shortened: bool


class Reparse(msgspec.Struct, forbid_unknown_fields=True):
    """Whether to write what the parser reads now, or only to show it."""

    apply: bool = False


class FieldDifference(msgspec.Struct):
    """What a field holds and what the parser reads now; long text as a unified diff in `diff`."""

    field: str
    stored: str | None
    parsed: str | None
    diff: str | None = None


class ReparseResult(msgspec.Struct):
    """What reading a mail again shows; `applied` when it was written."""

    mail_id: int
    parser_version: int | None
    current_version: int
    differences: list[FieldDifference]
    applied: bool


class MailStatus(msgspec.Struct):
    """Whether mail can leave and come: the relay's host, and whether the SMTP port answers."""

    relay_configured: bool
    relay_host: str | None
    smtp_port: int
    smtp_running: bool
