"""Requests and pages of received mail and mailboxes."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from atum_desk.identity.public import Name
from atum_desk.mail.models import Mailbox, MailItem

# Without a plus: what follows one is the ticket's signature.
MailboxAddress = Annotated[
    str,
    Meta(max_length=320, pattern=r"^[^@\s+<>,;]+@[^@\s<>,;]+$", examples=["support@example.com"]),
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


class MailStatus(msgspec.Struct):
    """Whether mail can leave and come: the relay's host, and whether the SMTP port answers."""

    relay_configured: bool
    relay_host: str | None
    smtp_port: int
    smtp_running: bool
