"""Requests and responses of drafts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from atum_desk.files.public import Attachment

DraftKind = Literal["reply", "note"]


class DraftAddress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody to whom a reply is being written; the address may not be complete yet."""

    address: Annotated[str, Meta(max_length=320)]
    name: Annotated[str, Meta(max_length=200)] = ""


DraftAddresses = Annotated[list[DraftAddress], Meta(max_length=500)]


class DraftPeople(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom a reply is being written to."""

    to: DraftAddresses = []
    cc: DraftAddresses = []
    bcc: DraftAddresses = []


class DraftInput(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What is written by now. `people` is null for the requester alone, whoever that is by then.

    `version` is that of the draft which the writer has seen, null for none: where another window has saved
    since, what it saved becomes an earlier version. One without text, files and people is discarded.
    `html` is what is written with its formatting, null where it has none; `text` is the same without.
    """

    kind: DraftKind
    text: Annotated[str, Meta(max_length=500_000)]
    html: Annotated[str, Meta(max_length=1_000_000)] | None = None
    people: DraftPeople | None = None
    attachment_ids: Annotated[list[int], Meta(max_length=50)] = []
    version: int | None = None


class DraftText(msgspec.Struct, kw_only=True):
    """What a draft says or said; `attachments` are those that still wait to be sent.

    `html` is as its author's editor wrote it and not made safe: no page shows it as it is.
    """

    version: int
    text: str
    html: str | None
    people: DraftPeople | None
    attachments: list[Attachment]
    saved_at: datetime


class OwnDraft(DraftText, kw_only=True):
    """A draft of the reader's own as it is now. `from_number`: on a ticket that was merged into this one."""

    id: int
    kind: DraftKind
    updated_at: datetime
    from_number: int | None = None


class DraftSaved(msgspec.Struct):
    """A draft after it was saved, with the version to name with the next save."""

    id: int
    version: int
    updated_at: datetime


class DraftWriter(msgspec.Struct):
    """A colleague who is writing on the ticket."""

    person_id: int
    name: str
    kind: DraftKind
    updated_at: datetime


class TicketDrafts(msgspec.Struct):
    """The reader's own drafts on a ticket, at most one of each kind, and which colleagues have one."""

    own: list[OwnDraft]
    others: list[DraftWriter]


class DraftRow(msgspec.Struct, kw_only=True):
    """A draft of the reader's own in a list; `subject` is null for a ticket that the reader sees no more."""

    id: int
    number: int | None
    subject: str | None
    kind: DraftKind
    preview: str
    attachments: int
    updated_at: datetime
    discarded_at: datetime | None


class DraftPage(msgspec.Struct):
    """Drafts, the last written first."""

    items: list[DraftRow]
    next_cursor: str | None


class DraftVersions(msgspec.Struct):
    """What a draft said before, the newest first: at most fifty versions."""

    items: list[DraftText]
