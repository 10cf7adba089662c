"""Changes as the audit list and undo see them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from atum_desk.identity.public import NamedRef
from atum_desk.kernel.ledger.undo_refusals import UndoRefusal
from atum_desk.kernel.notices import NoticeRef

# What is taken back: the change alone; all that one consumer made of one cause, or one undo took
# back; the change and all that was made of it.
Scope = Literal["change", "run", "chain"]


class Change(msgspec.Struct, frozen=True):
    """One committed operation.

    `cause_id` is the change that a rule or its like answered with this one. `run_id` is the first of
    several that were made at once, None for that one and for one that stands alone. `undo_refusal` says
    why an undo would be refused, None when it would not; `run_undo_refusal` says it of the whole run.
    """

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
    undo_refusal: UndoRefusal | None
    cause_id: int | None = None
    run_id: int | None = None
    run_undo_refusal: UndoRefusal | None = None


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
    """The undoing change, which can itself be undone, and what stays as it is.

    `changes` are all that were taken back, newest first; the undoing ones are a run of their own.
    """

    change_id: int
    undone: int
    kept: list[str]
    changes: list[int] = []
    # the same as `kept`
    kept_notices: list[NoticeRef] = []


class ChangePage(msgspec.Struct, frozen=True):
    """A page of changes, newest first."""

    items: list[Change]
    next_cursor: str | None
