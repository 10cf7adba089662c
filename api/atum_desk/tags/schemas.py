"""Requests and responses of tags."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from atum_desk.bulk.public import BulkRun
from atum_desk.tickets.public import Tag

# Of more tickets than that only "so many or more" is told, which is what the index is read for.
MOST_COUNTED = 1_000

Description = Annotated[str, Meta(max_length=500, examples=["Anything about remote access"])]
Color = Annotated[str, Meta(pattern="^#[0-9A-F]{6}$", examples=["#5B9BD5"])]


class ManagedTag(msgspec.Struct, kw_only=True):
    """A tag of the workspace; `id` is null for one that is on tickets and was never described.

    `tickets`: how many have it, in all teams; 1000 means a thousand or more. `former`: what it was called.
    """

    id: int | None
    name: str
    description: str
    color: str | None
    retired: bool
    version: int | None
    tickets: int
    former: list[str]


class ManagedTagPage(msgspec.Struct):
    """Tags by name."""

    items: list[ManagedTag]
    next_cursor: str | None


class NewTag(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A tag to offer, before any ticket has it."""

    name: Tag
    description: Description = ""
    color: Color | None = None


class TagChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a tag; another name is given to all its tickets by a bulk run."""

    name: Tag | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    color: Color | UnsetType | None = UNSET
    retired: bool | UnsetType = UNSET
    version: int | None = None


class TagMerge(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The tag that all tickets of another one get instead."""

    into: Tag


class TagChanged(msgspec.Struct):
    """The tag as it is now, the change, and the run that gives it to tickets, if there is one."""

    tag: ManagedTag
    change_id: int | None
    run: BulkRun | None
