"""Requests and responses of reminders."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from atum_desk.kernel.named_ref import NamedRef
from atum_desk.tickets.public import MOST_SNOOZED_MINUTES

RemindAt = Annotated[datetime, Meta(tz=True)]
Minutes = Annotated[int, Meta(ge=1, le=MOST_SNOOZED_MINUTES)]
ReminderNote = Annotated[str, Meta(max_length=500)]


class Reminder(msgspec.Struct, frozen=True, kw_only=True):
    """A reminder of a ticket, for `person`. It was told at `fired_at`, and is open until `done_at`."""

    id: int
    number: int
    subject: str
    person: NamedRef
    made_by: NamedRef
    remind_at: datetime
    note: str
    fired_at: datetime | None
    done_at: datetime | None
    version: int


class ReminderPage(msgspec.Struct):
    """Reminders, the earliest moment first; of those that are done the latest."""

    items: list[Reminder]
    next_cursor: str | None


class NewReminder(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A reminder at a moment, or in so many minutes; without `person_id` for oneself."""

    remind_at: RemindAt | None = None
    minutes: Minutes | None = None
    note: ReminderNote = ""
    person_id: int | None = None


class ReminderChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a reminder; another moment lets it be told again and opens it."""

    remind_at: RemindAt | UnsetType = UNSET
    minutes: Minutes | UnsetType = UNSET
    note: ReminderNote | UnsetType = UNSET
    person_id: int | UnsetType = UNSET
    done: bool | UnsetType = UNSET
    version: int | None = None
