"""Commands on calendars: each is one change with one undo."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import asyncpg
import msgspec
from msgspec import UNSET

from atum_desk.calendars import notices, queries
from atum_desk.calendars.models import MOST_CALENDARS, MOST_IMPORTED_DAYS, Holiday
from atum_desk.calendars.permissions import SETTINGS_CALENDARS_EDIT
from atum_desk.calendars.problems import CalendarFileUnreadable, CalendarInUse, TooManyCalendars
from atum_desk.calendars.schemas import CalendarChange, NewCalendar
from atum_desk.calendars.settings_checks import require_valid
from atum_desk.kernel import clock
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.one_line_text import clean_line
from atum_desk.kernel.problems import AlreadyExists, TooLarge, require_text, require_version
from atum_desk.sandbox.public import ReadHolidays, TaskFailed, run_in_child

MOST_FILE_BYTES = 1_000_000
# How far the recurrences of a calendar file are followed, from the start of last year on.
IMPORTED_YEARS = 10


async def add_calendar(database: Database, actor: Actor, new: NewCalendar) -> int:
    """Add a calendar and return its id. Raises AlreadyExists, TooManyCalendars and ValidationFailed."""
    columns = msgspec.structs.asdict(new)
    columns["name"] = require_text("name", new.name)
    async with database.writing(actor, "calendar.add") as work:
        work.actor.require(SETTINGS_CALENDARS_EDIT)
        await queries.lock_calendars(work)
        if await queries.count_calendars(work) >= MOST_CALENDARS:
            raise TooManyCalendars(limit=MOST_CALENDARS)
        require_valid(columns)
        calendar_id: int = await _written(queries.insert_calendar(work, _stored(columns)), columns["name"])
        work.summary = {"name": columns["name"]}
    return calendar_id


async def change_calendar(
    database: Database, actor: Actor, calendar_id: int, change: CalendarChange, version: int | None
) -> None:
    """Change a calendar. Raises CalendarNotFound, VersionConflict, AlreadyExists and ValidationFailed."""
    async with database.writing(actor, "calendar.edit") as work:
        work.actor.require(SETTINGS_CALENDARS_EDIT)
        await queries.lock_calendars(work)
        calendar = await queries.get_calendar(work, calendar_id)
        require_version(change.version if version is None else version, calendar.version)
        given = {name: value for name, value in msgspec.structs.asdict(change).items() if value is not UNSET}
        given.pop("version")
        if "name" in given:
            given["name"] = require_text("name", given["name"])
        if "imported_days" in given:
            given |= {"imported_from": "", "imported_until": None}
        changed = {name: value for name, value in given.items() if value != getattr(calendar, name)}
        if not changed:
            work.unchanged = True
            return
        require_valid(msgspec.structs.asdict(calendar) | changed)
        await _written(queries.update_calendar(work, calendar_id, _stored(changed)), given.get("name", calendar.name))
        work.summary = {"name": given.get("name", calendar.name), "fields": sorted(changed)}


async def read_upload(pieces: AsyncIterator[bytes]) -> bytes:
    """Return an uploaded calendar file. Raises TooLarge."""
    raw = bytearray()
    async for piece in pieces:
        raw += piece
        if len(raw) > MOST_FILE_BYTES:
            raise TooLarge(limit_bytes=MOST_FILE_BYTES)
    return bytes(raw)


async def import_holidays(
    database: Database, actor: Actor, calendar_id: int, filename: str, raw: bytes, version: int | None
) -> None:
    """Let the whole days of a calendar file be holidays of a calendar, instead of those of the file before.

    Raises CalendarNotFound, CalendarFileUnreadable and VersionConflict.
    """
    actor.require(SETTINGS_CALENDARS_EDIT)
    this_year = clock.now().year
    until = date(this_year + IMPORTED_YEARS, 12, 31)
    days = await _read_days(ReadHolidays(raw, date(this_year - 1, 1, 1), until, MOST_IMPORTED_DAYS))
    async with database.writing(actor, "calendar.import") as work:
        await queries.lock_calendars(work)
        calendar = await queries.get_calendar(work, calendar_id)
        require_version(version, calendar.version)
        columns = {"imported_days": days, "imported_from": clean_line(filename)[:255], "imported_until": until}
        await queries.update_calendar(work, calendar_id, _stored(columns))
        work.summary = {"name": calendar.name, "days": len(days)}


async def delete_calendar(database: Database, actor: Actor, calendar_id: int, version: int | None) -> None:
    """Delete a calendar; the undo brings it back whole. Raises CalendarNotFound, CalendarInUse, VersionConflict."""
    async with database.writing(actor, "calendar.delete") as work:
        work.actor.require(SETTINGS_CALENDARS_EDIT)
        await queries.lock_calendars(work)
        calendar = await queries.get_calendar(work, calendar_id)
        require_version(version, calendar.version)
        try:
            await queries.delete_calendar(work, calendar_id)
        except asyncpg.ForeignKeyViolationError:
            raise CalendarInUse from None
        work.summary = {"name": calendar.name}


async def _read_days(task: ReadHolidays) -> list[Holiday]:
    try:
        found = await run_in_child(task)
    except TaskFailed:
        raise CalendarFileUnreadable(reason=notices.CalendarFileFault("broken")) from None
    if found.refusal is not None:
        raise CalendarFileUnreadable(reason=notices.CalendarFileFault(found.refusal))
    return [Holiday(day.date, day.name) for day in found.days]


def _stored(columns: dict[str, Any]) -> dict[str, Any]:
    """Return columns as the driver takes them; hours and days as JSON."""
    documents = columns.keys() & {"hours", "special_days", "imported_days"}
    return columns | {name: msgspec.to_builtins(columns[name]) for name in documents}


async def _written(statement: Any, name: str) -> Any:
    try:
        return await statement
    except asyncpg.UniqueViolationError:
        raise AlreadyExists(what=notices.CalendarNamed(name)) from None
