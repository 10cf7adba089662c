"""Set, change, do and remove reminders: each is one change with one undo, which its people alone see."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from msgspec import UNSET

from atum_desk.kernel import clock
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.field_notices import Empty
from atum_desk.kernel.one_line_text import clean_line
from atum_desk.kernel.problems import ValidationFailed, require_version
from atum_desk.outbox.public import Passed, TooFarAhead
from atum_desk.reminders import queries
from atum_desk.reminders.permissions import READ
from atum_desk.reminders.problems import TooManyReminders
from atum_desk.reminders.schemas import NewReminder, ReminderChange
from atum_desk.tickets.public import MOST_SNOOZED_MINUTES, AssigneeUnknown, TicketNotFound

MOST_OPEN = 500


async def add_reminder(database: Database, actor: Actor, number: int, new: NewReminder) -> int:
    """Remind somebody of a ticket at a moment, and return the reminder's id.

    Raises TicketNotFound, AssigneeUnknown for who does not see the ticket, TooManyReminders, PermissionMissing, and
    ValidationFailed for a moment that has passed or is too far ahead.
    """
    async with database.writing(actor, "reminder.add") as work:
        work.actor.require(READ)
        found = await queries.find_ticket(work, number)
        if found is None:
            raise TicketNotFound
        ticket_id, team_id = found
        person_id = actor.person_id if new.person_id is None else new.person_id
        await _require_sight(work, person_id, team_id)
        await _require_room(work, person_id)
        columns = {
            "ticket_id": ticket_id,
            "person_id": person_id,
            "remind_at": _moment(new.remind_at, new.minutes),
            "note": clean_line(new.note),
        }
        work.summary = {"number": number}
        return await queries.insert_reminder(work, columns)


async def change_reminder(
    database: Database, actor: Actor, reminder_id: int, change: ReminderChange, version: int | None
) -> None:
    """Change a reminder, or say that it is done. Raises ReminderNotFound, VersionConflict, and what adding raises."""
    command = "reminder.done" if change.done is True and _only_done(change) else "reminder.edit"
    async with database.writing(actor, command) as work:
        work.actor.require(READ)
        held = await queries.lock_reminder(work, reminder_id)
        require_version(change.version if version is None else version, held.version)
        columns = await _changed_columns(work, held, change)
        work.unchanged = not columns
        work.summary = {"number": held.number}
        if columns:
            await queries.update_reminder(work, held.id, columns)


async def delete_reminder(database: Database, actor: Actor, reminder_id: int, version: int | None) -> None:
    """Remove a reminder; an undo brings it back. Raises ReminderNotFound, VersionConflict."""
    async with database.writing(actor, "reminder.delete") as work:
        work.actor.require(READ)
        held = await queries.lock_reminder(work, reminder_id)
        require_version(version, held.version)
        await queries.delete_reminder(work, held.id)
        work.summary = {"number": held.number}


async def fire_due(work: UnitOfWork, limit: int) -> int:
    """Note of reminders whose moment has come that they are told, each as a change of its own; return how many.

    Notifications follow these changes, and tell each once.
    """
    command, due = work.command, await queries.lock_due(work, limit)
    for reminder_id in due:
        await queries.fire(work, reminder_id)
        work.public = False
        await work.next_change(command)
    return len(due)


def _only_done(change: ReminderChange) -> bool:
    return all(getattr(change, name) is UNSET for name in ("remind_at", "minutes", "note", "person_id"))


async def _changed_columns(work: UnitOfWork, held: queries.LockedReminder, change: ReminderChange) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    if change.note is not UNSET and clean_line(change.note) != held.note:
        columns["note"] = clean_line(change.note)
    if change.person_id is not UNSET and change.person_id != held.person_id:
        await _require_sight(work, change.person_id, held.team_id)
        await _require_room(work, change.person_id)
        columns["person_id"] = change.person_id
    if change.remind_at is not UNSET or change.minutes is not UNSET:
        given = None if change.remind_at is UNSET else change.remind_at
        minutes = None if change.minutes is UNSET else change.minutes
        if given != held.remind_at:
            columns |= {"remind_at": _moment(given, minutes), "fired_at": None, "done_at": None}
    if change.done is not UNSET and change.done != (held.done_at is not None):
        columns["done_at"] = clock.now() if change.done else None
    return columns


def _moment(given: datetime | None, minutes: int | None) -> datetime:
    """Return the moment that is asked for; `minutes` count where no moment is given."""
    now = clock.now()
    if given is None and minutes is not None:
        given = now + timedelta(minutes=minutes)
    if given is None:
        raise ValidationFailed.of("remind_at", Empty())
    if given <= now:
        raise ValidationFailed.of("remind_at", Passed())
    if given > now + timedelta(minutes=MOST_SNOOZED_MINUTES):
        raise ValidationFailed.of("remind_at", TooFarAhead(MOST_SNOOZED_MINUTES // (24 * 60)))
    return given


async def _require_sight(work: UnitOfWork, person_id: int, team_id: int) -> None:
    if not await queries.sees_ticket(work, person_id, team_id):
        raise AssigneeUnknown


async def _require_room(work: UnitOfWork, person_id: int) -> None:
    if await queries.count_open(work, person_id) >= MOST_OPEN:
        raise TooManyReminders(limit=MOST_OPEN)
