"""What a requester sees of their requests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from atum_desk.custom_fields.public import FieldKind, Option
from atum_desk.files.public import Attachment
from atum_desk.mime import Omission, QuotedPart, part_quoted
from atum_desk.tickets.public import StatusRef


class PortalMessage(msgspec.Struct, frozen=True):
    """A reply as the requester sees it; `claimed` when nobody has proven that it is its author's.

    `quoted_parts` says line by line which of `quoted` is history and which the author's signature.
    """

    id: int
    from_staff: bool
    author_name: str
    you: bool
    claimed: bool
    text: str
    html: str | None
    quoted: str | None
    created_at: datetime
    attachments: list[Attachment]
    # what the mail held and the message does not show
    omitted: list[Omission] = []
    quoted_parts: list[QuotedPart] = []

    def __post_init__(self) -> None:
        """Part what is quoted; stored rows hold the text alone."""
        msgspec.structs.force_setattr(self, "quoted_parts", part_quoted(self.quoted or ""))


class PortalCan(msgspec.Struct, frozen=True):
    """What the requester may do.

    `reopen`: an answer opens an ended request again; `follow_up`: it begins a new one that is linked to it.
    """

    reply: bool
    resolve: bool
    reopen: bool
    follow_up: bool


class PortalField(msgspec.Struct, frozen=True):
    """A custom field to fill in with a request; `required` when a request is refused without it."""

    key: str
    name: str
    kind: FieldKind
    help: str
    required: bool
    options: list[Option]
    default: Any
    pattern: str | None
    currency: str | None


class PortalForm(msgspec.Struct, frozen=True):
    """A form to choose; its name and help are in `language`."""

    key: str
    name: str
    help: str
    language: str


class PortalValue(msgspec.Struct, frozen=True):
    """What a request has of a custom field that its requester may see; options by their names."""

    key: str
    name: str
    kind: FieldKind
    value: Any


class PortalTicket(msgspec.Struct, frozen=True):
    """A request with its thread, newest message last (the last 200)."""

    number: int
    subject: str
    status: StatusRef
    created_at: datetime
    updated_at: datetime
    requester_name: str
    mine: bool
    thread: list[PortalMessage]
    can: PortalCan
    version: int
    fields: list[PortalValue]


class PortalTicketRow(msgspec.Struct, frozen=True):
    """A request in the requester's list."""

    number: int
    subject: str
    status: StatusRef
    updated_at: datetime
