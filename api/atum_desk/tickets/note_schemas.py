"""Requests and responses of notes that are changed."""

from __future__ import annotations

from datetime import datetime

import msgspec

from atum_desk.tickets.schemas import Html, Text


class NoteEdit(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a note says instead, with `text` or `html`; `version` is the one that was seen, 1 for a new note."""

    text: Text | None = None
    html: Html | None = None
    version: int | None = None


class NoteVersion(msgspec.Struct, kw_only=True):
    """What a note said from `at` on, and who wrote that; `text` is null when the ledger keeps it no more."""

    version: int
    text: str | None
    html: str | None
    at: datetime
    actor_name: str | None


class NoteVersions(msgspec.Struct):
    """What a note says and said before, the newest first: at most a hundred; and whether the reader may change it."""

    items: list[NoteVersion]
    can_edit: bool
