"""HTTP routes of calendars."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import datetime
from typing import Annotated

import msgspec
from litestar import delete, get, patch, post
from msgspec import Meta

from atum_desk.calendars import commands, problems, queries
from atum_desk.calendars.business_time import add, elapsed
from atum_desk.calendars.models import Calendar, CalendarRules
from atum_desk.calendars.permissions import SETTINGS_CALENDARS_EDIT, TICKET_READ
from atum_desk.calendars.preview import preview_calendar, state_at
from atum_desk.calendars.public_holidays import known_countries
from atum_desk.calendars.schemas import (
    CalendarChange,
    CalendarList,
    CalendarPreview,
    CalendarState,
    CountryList,
    CountryShown,
    DueMoment,
    ElapsedTime,
    NewCalendar,
    PreviewedCalendar,
    Seconds,
)
from atum_desk.calendars.settings_checks import require_valid
from atum_desk.calendars.timetable import Timetable
from atum_desk.files.public import UploadSlots
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import IfMatch, version_of
from atum_desk.http.requests import AnyRequest
from atum_desk.http.uploads import UploadOperation, bind_idempotency_key, read_file_part
from atum_desk.kernel import clock
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import AlreadyExists, TooLarge, VersionConflict

ZonedMoment = Annotated[datetime, Meta(tz=True)]


@get("/calendars", opt=needs(TICKET_READ))
async def list_calendars(database: Database, actor: Actor) -> CalendarList:
    """List the calendars by name."""
    async with database.reading(actor) as transaction:
        return CalendarList(await queries.list_calendars(transaction))


@get("/calendars/countries", opt=needs(TICKET_READ))
async def list_countries() -> CountryList:
    """List the countries and regions whose public holidays are known."""
    known = await asyncio.to_thread(known_countries)
    return CountryList([CountryShown(code, list(regions)) for code, regions in known.items()])


@get("/calendars/{calendar_id:int}", opt=needs(TICKET_READ), responses=answers(problems.CalendarNotFound))
async def get_calendar(database: Database, actor: Actor, calendar_id: int) -> Calendar:
    """Return a calendar."""
    return await _read(database, actor, calendar_id)


@post("/calendars", opt=needs(SETTINGS_CALENDARS_EDIT), responses=answers(problems.TooManyCalendars, AlreadyExists))
async def add_calendar(database: Database, actor: Actor, data: NewCalendar) -> Calendar:
    """Add a calendar."""
    return await _read(database, actor, await commands.add_calendar(database, actor, data))


@post(
    "/calendars/preview",
    opt=needs(SETTINGS_CALENDARS_EDIT),
    status_code=200,
    responses=answers(problems.CalendarNotFound),
)
async def preview(database: Database, actor: Actor, data: PreviewedCalendar) -> CalendarPreview:
    """Say what a calendar means before it is stored: its holidays of the next 12 months, and whether it is open."""
    columns = msgspec.structs.asdict(data)
    calendar_id = columns.pop("id")
    require_valid(columns)
    if calendar_id is not None:
        columns["imported_days"] = (await _read(database, actor, calendar_id)).imported_days
    return await asyncio.to_thread(preview_calendar, CalendarRules(**columns), clock.now())


@patch(
    "/calendars/{calendar_id:int}",
    opt=needs(SETTINGS_CALENDARS_EDIT),
    responses=answers(problems.CalendarNotFound, VersionConflict, AlreadyExists),
)
async def change_calendar(
    database: Database, actor: Actor, calendar_id: int, data: CalendarChange, if_match: IfMatch = None
) -> Calendar:
    """Change a calendar; an empty list of imported days lets those of a file go."""
    await commands.change_calendar(database, actor, calendar_id, data, version_of(if_match))
    return await _read(database, actor, calendar_id)


@post(
    "/calendars/{calendar_id:int}/import",
    opt=needs(SETTINGS_CALENDARS_EDIT),
    status_code=200,
    responses=answers(problems.CalendarNotFound, problems.CalendarFileUnreadable, TooLarge, VersionConflict),
    operation_class=UploadOperation,
)
async def import_holidays(
    request: AnyRequest,
    database: Database,
    upload_slots: UploadSlots,
    actor: Actor,
    calendar_id: int,
    if_match: IfMatch = None,
) -> Calendar:
    """Make the whole days of an iCalendar file (form field `file`, 1 MB at most) the imported holidays."""
    version = version_of(if_match)
    with upload_slots.slot(f"person {actor.person_id}"):
        part = await read_file_part(request)
        raw = await commands.read_upload(part.pieces())
    bind_idempotency_key(request, part.filename, hashlib.sha256(raw).hexdigest())
    await commands.import_holidays(database, actor, calendar_id, part.filename, raw, version)
    return await _read(database, actor, calendar_id)


@delete(
    "/calendars/{calendar_id:int}",
    opt=needs(SETTINGS_CALENDARS_EDIT),
    responses=answers(problems.CalendarNotFound, problems.CalendarInUse, VersionConflict),
)
async def delete_calendar(database: Database, actor: Actor, calendar_id: int, if_match: IfMatch = None) -> None:
    """Delete a calendar that nothing uses; its undo brings it back."""
    await commands.delete_calendar(database, actor, calendar_id, version_of(if_match))


@get(
    "/calendars/{calendar_id:int}/state",
    opt=needs(TICKET_READ),
    responses=answers(problems.CalendarNotFound, problems.MomentTooFar),
)
async def get_state(database: Database, actor: Actor, calendar_id: int, at: ZonedMoment | None = None) -> CalendarState:
    """Say whether a calendar is open at a moment, now unless said, and when it opens and closes next."""
    calendar = await _read(database, actor, calendar_id)
    return await asyncio.to_thread(state_at, Timetable(calendar), at or clock.now())


@get(
    "/calendars/{calendar_id:int}/due",
    opt=needs(TICKET_READ),
    responses=answers(problems.CalendarNotFound, problems.CalendarNeverOpens, problems.MomentTooFar),
)
async def get_due(
    database: Database, actor: Actor, calendar_id: int, start_at: ZonedMoment, seconds: Seconds
) -> DueMoment:
    """Say when so many seconds of business hours have passed since a moment."""
    calendar = await _read(database, actor, calendar_id)
    return DueMoment(await asyncio.to_thread(add, Timetable(calendar), start_at, seconds))


@get(
    "/calendars/{calendar_id:int}/elapsed",
    opt=needs(TICKET_READ),
    responses=answers(problems.CalendarNotFound, problems.MomentTooFar),
)
async def get_elapsed(
    database: Database, actor: Actor, calendar_id: int, start_at: ZonedMoment, end_at: ZonedMoment
) -> ElapsedTime:
    """Count the seconds of business hours between two moments."""
    calendar = await _read(database, actor, calendar_id)
    return ElapsedTime(await asyncio.to_thread(elapsed, Timetable(calendar), start_at, end_at))


async def _read(database: Database, actor: Actor, calendar_id: int) -> Calendar:
    async with database.reading(actor) as transaction:
        return await queries.get_calendar(transaction, calendar_id)


routes = [
    *(list_calendars, list_countries, get_calendar, add_calendar, preview, change_calendar, import_holidays),
    *(delete_calendar, get_state, get_due, get_elapsed),
]
