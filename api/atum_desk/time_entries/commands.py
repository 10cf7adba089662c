"""Enter, change and delete time: each is one change with one undo."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
from msgspec import UNSET

from atum_desk.kernel import clock
from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.problems import AlreadyExists, PermissionMissing, require_text, require_version
from atum_desk.tickets.public import get_ticket_id
from atum_desk.time_entries import problems, queries, timer_queries
from atum_desk.time_entries.notices import TimeActivityNamed
from atum_desk.time_entries.permissions import SETTINGS_TIME_EDIT, TIME_EDIT, TIME_LOG
from atum_desk.time_entries.queries import LockedEntry
from atum_desk.time_entries.schemas import (
    NewTimeActivity,
    NewTimeEntry,
    TimeActivity,
    TimeActivityChange,
    TimeEntryChange,
)

MOST_ACTIVITIES = 200
# Clocks of browsers differ from ours by so much.
CLOCK_TOLERANCE = timedelta(minutes=5)
EDITED = ("seconds", "billable", "started_at", "note")


async def log_time(database: Database, actor: Actor, number: int, new: NewTimeEntry) -> int:
    """Enter time of the actor's on a ticket, and return the entry's id.

    Raises TicketNotFound, TimeActivityUnknown, TimeInFuture and PermissionMissing.
    """
    async with database.writing(actor, "time.log") as work:
        work.actor.require(TIME_LOG)
        ticket_id = await get_ticket_id(work, number)
        activity = await _activity_of(work, new.activity_id)
        started_at = new.started_at or clock.now() - timedelta(seconds=new.seconds)
        _require_past(started_at)
        billable = new.billable if new.billable is not None else (activity is None or activity.billable)
        row = await queries.insert_entry(
            work,
            ticket_id,
            {
                "activity_id": new.activity_id,
                "seconds": new.seconds,
                "billable": billable,
                "started_at": started_at,
                "note": new.note.strip(),
            },
        )
        if new.timer and (held := await timer_queries.find_timer(work, row["ticket_id"])):
            await timer_queries.delete_timer(work, held.id)
        work.ticket_id = row["ticket_id"]
        work.summary = {"number": number, "seconds": new.seconds}
    return row["id"]


async def change_entry(
    database: Database, actor: Actor, entry_id: int, change: TimeEntryChange, version: int | None
) -> None:
    """Change an entry. Raises TimeEntryNotFound, TimeEntryNotYours, VersionConflict, and what log_time raises."""
    async with database.writing(actor, "time.edit") as work:
        entry = await _lock_editable(work, entry_id)
        require_version(change.version if version is None else version, entry.version)
        given = {name: value for name in EDITED if (value := getattr(change, name)) is not UNSET}
        if "note" in given:
            given["note"] = given["note"].strip()
        if "started_at" in given:
            _require_past(given["started_at"])
        if change.activity_id is not UNSET and change.activity_id != entry.activity_id:
            await _activity_of(work, change.activity_id)
            given["activity_id"] = change.activity_id
        columns = {name: value for name, value in given.items() if value != getattr(entry, name)}
        work.unchanged = not columns
        work.ticket_id = entry.ticket_id
        work.summary = {"number": entry.number, "seconds": columns.get("seconds", entry.seconds)}
        if columns:
            await queries.update_entry(work, entry.id, columns)


async def delete_entry(database: Database, actor: Actor, entry_id: int, version: int | None) -> None:
    """Delete an entry; an undo brings it back. Raises TimeEntryNotFound, TimeEntryNotYours, VersionConflict."""
    async with database.writing(actor, "time.delete") as work:
        entry = await _lock_editable(work, entry_id)
        require_version(version, entry.version)
        await queries.delete_entry(work, entry.id)
        work.ticket_id = entry.ticket_id
        work.summary = {"number": entry.number, "seconds": entry.seconds}


def may_edit(actor: Actor | SystemActor, person_id: int) -> bool:
    """Tell whether somebody who sees a person's entry may change it."""
    return actor.may(TIME_EDIT) or (actor.person_id == person_id and actor.may(TIME_LOG))


def may_log(actor: Actor | SystemActor) -> bool:
    """Tell whether somebody who sees a ticket may enter time on it."""
    return actor.may(TIME_LOG)


async def add_activity(database: Database, actor: Actor, new: NewTimeActivity) -> int:
    """Add an activity and return its id. Raises AlreadyExists, TooManyTimeActivities."""
    async with database.writing(actor, "time_activity.add") as work:
        work.actor.require(SETTINGS_TIME_EDIT)
        await queries.lock_activities(work)
        if len(await queries.list_activities(work)) >= MOST_ACTIVITIES:
            raise problems.TooManyTimeActivities(limit=MOST_ACTIVITIES)
        name = require_text("name", new.name)
        try:
            activity_id = await queries.insert_activity(work, name, billable=new.billable)
        except asyncpg.UniqueViolationError:
            raise AlreadyExists(what=TimeActivityNamed(name)) from None
        work.summary = {"name": name}
    return activity_id


async def change_activity(
    database: Database, actor: Actor, activity_id: int, change: TimeActivityChange, version: int | None
) -> None:
    """Rename or retire an activity; entries keep it. Raises TimeActivityNotFound, AlreadyExists, VersionConflict."""
    async with database.writing(actor, "time_activity.edit") as work:
        work.actor.require(SETTINGS_TIME_EDIT)
        await queries.lock_activities(work)
        held = {one.id: one for one in await queries.list_activities(work)}.get(activity_id)
        if held is None:
            raise problems.TimeActivityNotFound
        require_version(change.version if version is None else version, held.version)
        wanted: dict[str, Any] = {
            name: value for name in ("billable", "retired") if (value := getattr(change, name)) is not UNSET
        }
        if change.name is not UNSET:
            wanted["name"] = require_text("name", change.name)
        columns = {name: value for name, value in wanted.items() if value != getattr(held, name)}
        work.unchanged = not columns
        work.summary = {"name": columns.get("name", held.name)}
        if columns:
            try:
                await queries.update_activity(work, held.id, columns)
            except asyncpg.UniqueViolationError:
                raise AlreadyExists(what=TimeActivityNamed(columns["name"])) from None


async def _lock_editable(work: UnitOfWork, entry_id: int) -> LockedEntry:
    if not (work.actor.may(TIME_LOG) or work.actor.may(TIME_EDIT)):
        raise PermissionMissing(permission=TIME_LOG)
    entry = await queries.lock_entry(work, entry_id)
    if entry is None:
        raise problems.TimeEntryNotFound
    if not may_edit(work.actor, entry.person_id):
        raise problems.TimeEntryNotYours
    return entry


async def _activity_of(work: UnitOfWork, activity_id: int | None) -> TimeActivity | None:
    if activity_id is None:
        return None
    for activity in await queries.list_activities(work):
        if activity.id == activity_id and not activity.retired:
            return activity
    raise problems.TimeActivityUnknown


def _require_past(started_at: datetime) -> None:
    if started_at.astimezone(UTC) > clock.now() + CLOCK_TOLERANCE:
        raise problems.TimeInFuture
