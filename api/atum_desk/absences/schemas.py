"""Requests and responses of absences."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from atum_desk.kernel.named_ref import NamedRef

OpenTickets = Literal["stay", "deputy", "team"]
Note = Annotated[str, Meta(max_length=500, examples=["On leave, back on Monday"])]


class AbsenceItem(msgspec.Struct, kw_only=True):
    """Somebody's absence. `is_now` tells that it has begun and not ended, `started_at` when its tickets were moved."""

    id: int
    person: NamedRef
    deputy: NamedRef | None
    starts_at: datetime
    ends_at: datetime
    note: str
    open_tickets: OpenTickets
    is_now: bool
    started_at: datetime | None
    version: int
    can_edit: bool = False


class AbsencePage(msgspec.Struct):
    """Absences, those that end first before the others."""

    items: list[AbsenceItem]
    next_cursor: str | None


class OwnAbsence(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """From when to when one is away, and who stands in.

    `open_tickets` says what becomes of the open ones at its start: they stay, or go to the deputy (or the
    deputy's own, who is there and sees the ticket's team; to the team where there is none), or to the team.
    What a requester answers meanwhile goes to the deputy in any case, or else to the team.
    """

    starts_at: datetime
    ends_at: datetime
    deputy_id: int | None = None
    note: Note = ""
    open_tickets: OpenTickets = "stay"


class NewAbsence(OwnAbsence, kw_only=True, forbid_unknown_fields=True):
    """An absence to add; without `person_id` one's own."""

    person_id: int | None = None


class AbsenceChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of an absence."""

    starts_at: datetime | UnsetType = UNSET
    ends_at: datetime | UnsetType = UNSET
    deputy_id: int | UnsetType | None = UNSET
    note: Note | UnsetType = UNSET
    open_tickets: OpenTickets | UnsetType = UNSET
    version: int | None = None
