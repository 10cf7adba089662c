"""What a change of many tickets is asked for with, and what it answers."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from atum_desk.tickets.schemas import TicketChange
from atum_desk.tickets.values import Tags


class BulkChange(msgspec.Struct, forbid_unknown_fields=True):
    """One change of many tickets, undone as one."""

    numbers: Annotated[list[int], Meta(min_length=1, max_length=200)]
    set: TicketChange = TicketChange()
    add_tags: Tags = []
    remove_tags: Tags = []


class Refused(msgspec.Struct):
    """A ticket that a bulk change left alone, and why."""

    number: int
    problem: dict[str, Any]


class BulkResult(msgspec.Struct):
    """What a bulk change did."""

    change_id: int | None
    updated: list[int]
    refused: list[Refused]
