"""Notes about contacts and organizations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from atum_desk.identity.public import NamedRef

NoteText = Annotated[str, Meta(min_length=1, max_length=20_000)]


class ContactNote(msgspec.Struct, frozen=True):
    """What a member of the staff noted about a contact or an organization; contacts never see it."""

    id: int
    author: NamedRef
    text: str
    created_at: datetime
    edited_at: datetime | None
    version: int


class ContactNotePage(msgspec.Struct):
    """A page of notes, newest first."""

    items: list[ContactNote]
    next_cursor: str | None


class NewContactNote(msgspec.Struct, forbid_unknown_fields=True):
    """A note to add."""

    text: NoteText


class ContactNoteChange(msgspec.Struct, forbid_unknown_fields=True):
    """What a note says from now on."""

    text: NoteText
    version: int | None = None
