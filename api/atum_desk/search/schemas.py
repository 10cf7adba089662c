"""What a search answers."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from atum_desk.identity.public import NamedRef
from atum_desk.tickets.public import CorrectedWord, MarkedText, TicketPage

Kind = Literal["tickets", "contacts", "organizations", "attachments"]
KINDS: tuple[Kind, ...] = ("tickets", "contacts", "organizations", "attachments")


class FoundContact(msgspec.Struct, frozen=True):
    """A contact whose name, addresses or phones hold the words, these in stretches of plain text.

    `phones` are those that hold a number of the search.
    """

    id: int
    name: list[MarkedText]
    emails: list[list[MarkedText]]
    phones: list[list[MarkedText]]
    organization: NamedRef | None


class ContactHits(msgspec.Struct, frozen=True):
    """A page of contacts by name. It may be short, and even empty, where the search goes on."""

    items: list[FoundContact]
    next_cursor: str | None


class FoundOrganization(msgspec.Struct, frozen=True):
    """An organization whose name or domains hold the words."""

    id: int
    name: list[MarkedText]
    domains: list[list[MarkedText]]


class OrganizationHits(msgspec.Struct, frozen=True):
    """A page of organizations by name. It may be short, and even empty, where the search goes on."""

    items: list[FoundOrganization]
    next_cursor: str | None


class FoundAttachment(msgspec.Struct, frozen=True):
    """An attachment whose name holds the words, and the ticket that it belongs to."""

    id: int
    filename: list[MarkedText]
    mime_type: str
    size: int
    created_at: datetime
    message_id: int | None
    ticket_number: int
    ticket_subject: str


class AttachmentHits(msgspec.Struct, frozen=True):
    """A page of attachments, the newest first. It may be short, and even empty, where the search goes on."""

    items: list[FoundAttachment]
    next_cursor: str | None


class SearchResult(msgspec.Struct, frozen=True):
    """What was found of each kind that was asked for and that the actor may read; others are left out."""

    corrected: CorrectedWord | None
    tickets: TicketPage | UnsetType = UNSET
    contacts: ContactHits | UnsetType = UNSET
    organizations: OrganizationHits | UnsetType = UNSET
    attachments: AttachmentHits | UnsetType = UNSET
