"""Requests and responses of time entries, activities and timers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

MOST_SECONDS = 86_400

Seconds = Annotated[int, Meta(ge=1, le=MOST_SECONDS, examples=[900])]
Note = Annotated[str, Meta(max_length=2_000)]
StartedAt = Annotated[datetime, Meta(tz=True)]
ActivityName = Annotated[str, Meta(min_length=1, max_length=100, examples=["On site"])]
GroupedBy = Literal["agent", "ticket", "organization", "day", "activity"]


class TimeActivity(msgspec.Struct, kw_only=True):
    """What time is told apart by; a retired one is offered no more. `billable`: what an entry of it begins with."""

    id: int
    name: str
    billable: bool
    retired: bool
    version: int


class TimeActivityList(msgspec.Struct):
    """All activities of the workspace by name."""

    items: list[TimeActivity]


class NewTimeActivity(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An activity to add."""

    name: ActivityName
    billable: bool = True


class TimeActivityChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of an activity."""

    name: ActivityName | UnsetType = UNSET
    billable: bool | UnsetType = UNSET
    retired: bool | UnsetType = UNSET
    version: int | None = None


class TimeEntry(msgspec.Struct, kw_only=True):
    """Time that somebody worked on a ticket. `can_edit`: whether the reader may change it."""

    id: int
    number: int
    person_id: int
    person_name: str
    activity_id: int | None
    activity_name: str | None
    seconds: int
    billable: bool
    started_at: datetime
    note: str
    version: int
    can_edit: bool = False


class Timer(msgspec.Struct, kw_only=True):
    """A timer of the reader's own: `seconds` until `now`; it runs while `running_since` is not null."""

    number: int
    subject: str
    seconds: int
    running_since: datetime | None
    started_at: datetime
    now: datetime


class TimerList(msgspec.Struct):
    """The reader's timers, the running one first."""

    items: list[Timer]


class TicketTime(msgspec.Struct, kw_only=True):
    """The time of a ticket, the latest first: a page of entries, the sums of all, and the reader's timer on it."""

    items: list[TimeEntry]
    next_cursor: str | None
    seconds: int
    billable_seconds: int
    timer: Timer | None
    can_log: bool


class NewTimeEntry(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Time to enter for oneself. With `timer` the actor's timer on the ticket ends with it.

    Without `started_at` it ended now; without `billable` it is what the activity says.
    """

    seconds: Seconds
    activity_id: int | None = None
    billable: bool | None = None
    started_at: StartedAt | None = None
    note: Note = ""
    timer: bool = False


class TimeEntryChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a time entry."""

    seconds: Seconds | UnsetType = UNSET
    activity_id: int | UnsetType | None = UNSET
    billable: bool | UnsetType = UNSET
    started_at: StartedAt | UnsetType = UNSET
    note: Note | UnsetType = UNSET
    version: int | None = None


class TimerState(msgspec.Struct, forbid_unknown_fields=True):
    """Whether a timer runs. Starting one pauses the one that runs on another ticket."""

    running: bool


class TimeEntryVersion(msgspec.Struct, kw_only=True):
    """One change of an entry: which, when, by whom, and the columns that it wrote, before and after."""

    change_id: int
    command: str
    at: datetime
    actor_name: str | None
    old: dict[str, Any]
    new: dict[str, Any]


class TimeEntryHistory(msgspec.Struct):
    """The changes of an entry, the latest first: at most a hundred."""

    items: list[TimeEntryVersion]


class TimeTotal(msgspec.Struct, kw_only=True):
    """The time of one group: an agent's, activity's or organization's id, a ticket's number, or a day as 2026-11-30.

    `key` and `name` are null for time without an activity, and of requesters without an organization.
    """

    key: str | None
    name: str | None
    entries: int
    seconds: int
    billable_seconds: int


class TimeTotals(msgspec.Struct, kw_only=True):
    """A page of groups, and the sums of all groups together."""

    items: list[TimeTotal]
    next_cursor: str | None
    groups: int
    entries: int
    seconds: int
    billable_seconds: int
