"""What is stored of bulk runs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from atum_desk.bulk.schemas import RunKind, RunState

FINISHED: tuple[RunState, ...] = ("done", "cancelled", "failed")


class StoredRun(msgspec.Struct, frozen=True, kw_only=True):
    """A row of bulk_runs."""

    id: int
    kind: RunKind
    whole_workspace: bool
    asked_by: int
    asked_name: str
    token_id: int | None
    scopes: list[str] | None
    request: dict[str, Any]
    state: RunState
    cancel_asked: bool
    problem: dict[str, Any] | None
    place: str | None
    total: int
    changed: int
    unchanged: int
    refused: int
    undo_of: int | None
    undone_by: int | None
    takes_back_outbound: bool
    change_id: int | None
    mail_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class NewRun(msgspec.Struct, kw_only=True):
    """A run to be begun."""

    kind: RunKind
    asked_by: int
    request: dict[str, Any]
    whole_workspace: bool = False
    token_id: int | None = None
    scopes: list[str] | None = None
    undo_of: int | None = None
    change_id: int | None = None
    begins_here: bool = False


class TagWork(msgspec.Struct, frozen=True):
    """What a run of the kind `tag` does: every ticket with one tag gets the other instead."""

    remove: str
    add: str


class Item(msgspec.Struct, frozen=True):
    """A ticket of a run that waits; of one that opens tickets, the person at that place of its list."""

    number: int
    undoes: int | None
    address: str | None
    name: str | None
