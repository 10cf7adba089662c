"""Changes as the audit list and undo see them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from atum_desk.identity.public import NamedRef


class Change(msgspec.Struct, frozen=True):
    """One committed operation."""

    id: int
    command: str
    actor: NamedRef | None
    via: str
    ticket_number: int | None
    summary: dict[str, Any]
    at: datetime
    undo_of: int | None
    undone: bool
    can_undo: bool


class UndoTarget(msgspec.Struct, frozen=True):
    """What an undo needs to know of the change it takes back."""

    id: int
    command: str
    actor_id: int | None
    via: str
    ticket_id: int | None
    public: bool
    tickets: list[int]
    undone: bool
    moved_powers: bool
    lacks_texts: bool


class Conflict(msgspec.Struct, frozen=True):
    """A later change in the way of an undo."""

    change_id: int | None
    command: str | None
    actor_name: str | None
    at: datetime | None
    table: str
    column: str


class Undone(msgspec.Struct, frozen=True):
    """The undoing change, which can itself be undone, and what stays as it is."""

    change_id: int
    undone: int
    kept: list[str]


class ChangePage(msgspec.Struct, frozen=True):
    """A page of changes, newest first."""

    items: list[Change]
    next_cursor: str | None
