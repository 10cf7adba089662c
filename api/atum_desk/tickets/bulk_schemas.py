"""What a change of many tickets is asked for with, and what it answers."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from atum_desk.kernel.notices import NoticeRef
from atum_desk.tickets.schemas import FieldValues, TicketChange
from atum_desk.tickets.values import ResolutionKey, Tags


class MissingValues(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a ticket gets that needs it for a change and has none: a reason for resolving, custom fields by key."""

    resolution: ResolutionKey | None = None
    fields: FieldValues = {}


class MissingField(msgspec.Struct, frozen=True):
    """A custom field that is required for a change, and how many tickets have no value of it."""

    key: str
    name: str
    count: int


class MissingCounts(msgspec.Struct, frozen=True):
    """What a change of many tickets needs beside what it sets: of how many a reason for resolving, and which fields."""

    resolution: int
    fields: list[MissingField]


class BulkChange(msgspec.Struct, forbid_unknown_fields=True):
    """One change of many tickets, undone as one."""

    numbers: Annotated[list[int], Meta(min_length=1, max_length=200)]
    set: TicketChange = TicketChange()
    add_tags: Tags = []
    remove_tags: Tags = []
    where_missing: MissingValues = msgspec.field(default_factory=MissingValues)


class Refused(msgspec.Struct):
    """A ticket that a bulk change left alone, and why."""

    number: int
    problem: dict[str, Any]


class BulkResult(msgspec.Struct):
    """What a bulk change did; `notices` name who is away of those who were given tickets."""

    change_id: int | None
    updated: list[int]
    refused: list[Refused]
    notices: list[NoticeRef]
