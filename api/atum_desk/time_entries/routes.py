"""HTTP routes of time entries and their totals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from litestar import delete, get, patch, post
from litestar.params import Parameter, QueryParameter

from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import IfMatch, Limit, version_of, zone_of
from atum_desk.kernel.context import Actor
from atum_desk.kernel.cursors import DEFAULT_LIMIT, cut_page, decode_cursor, encode_cursor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import VersionConflict
from atum_desk.tickets.public import TicketNotFound, get_ticket_id
from atum_desk.time_entries import commands, problems, queries, timer_queries, totals
from atum_desk.time_entries.permissions import READ, TIME_EDIT, TIME_LOG
from atum_desk.time_entries.schemas import (
    GroupedBy,
    NewTimeEntry,
    TicketTime,
    TimeEntry,
    TimeEntryChange,
    TimeEntryHistory,
    TimeTotals,
)

FirstDay = Annotated[date, QueryParameter(name="from", description="The first day, as 2026-11-01")]
LastDay = Annotated[date, QueryParameter(name="to", description="The last day, which is included")]
Zone = Annotated[str, Parameter(max_length=60, description="Where days begin and end, such as Europe/Berlin")]


@get("/tickets/{number:int}/time-entries", opt=needs(READ), responses=answers(TicketNotFound))
async def list_time_entries(
    database: Database, actor: Actor, number: int, limit: Limit = DEFAULT_LIMIT, cursor: str | None = None
) -> TicketTime:
    """List the time worked on a ticket, the latest first, with the sums of all of it and the actor's timer."""
    after = decode_cursor(cursor, tuple[datetime, int])
    async with database.reading(actor) as transaction:
        ticket_id = await get_ticket_id(transaction, number)
        rows = await queries.list_of_ticket(transaction, ticket_id, after, limit + 1)
        seconds, billable = await queries.sum_of_ticket(transaction, ticket_id)
        held = await timer_queries.find_timer(transaction, ticket_id)
        for row in rows:
            row.can_edit = commands.may_edit(transaction.actor, row.person_id)
        can_log = commands.may_log(transaction.actor)
    items, more = cut_page(rows, limit)
    return TicketTime(
        items=items,
        next_cursor=encode_cursor(items[-1].started_at, items[-1].id) if more else None,
        seconds=seconds,
        billable_seconds=billable,
        timer=held.timer if held else None,
        can_log=can_log,
    )


@post(
    "/tickets/{number:int}/time-entries",
    opt=needs(TIME_LOG),
    responses=answers(TicketNotFound, problems.TimeActivityUnknown, problems.TimeInFuture),
)
async def log_time(database: Database, actor: Actor, number: int, data: NewTimeEntry) -> TimeEntry:
    """Enter time that the actor worked on a ticket."""
    return await _read(database, actor, await commands.log_time(database, actor, number, data))


@patch(
    "/time-entries/{entry_id:int}",
    opt=needs(TIME_LOG, TIME_EDIT),
    responses=answers(
        *(problems.TimeEntryNotFound, problems.TimeEntryNotYours, problems.TimeActivityUnknown),
        *(problems.TimeInFuture, VersionConflict),
    ),
)
async def change_time_entry(
    database: Database, actor: Actor, entry_id: int, data: TimeEntryChange, if_match: IfMatch = None
) -> TimeEntry:
    """Change a time entry of one's own, or anybody's with the permission to."""
    await commands.change_entry(database, actor, entry_id, data, version_of(if_match))
    return await _read(database, actor, entry_id)


@delete(
    "/time-entries/{entry_id:int}",
    opt=needs(TIME_LOG, TIME_EDIT),
    responses=answers(problems.TimeEntryNotFound, problems.TimeEntryNotYours, VersionConflict),
)
async def delete_time_entry(database: Database, actor: Actor, entry_id: int, if_match: IfMatch = None) -> None:
    """Delete a time entry; an undo brings it back."""
    await commands.delete_entry(database, actor, entry_id, version_of(if_match))


@get("/time-entries/{entry_id:int}/history", opt=needs(READ), responses=answers(problems.TimeEntryNotFound))
async def list_time_entry_history(database: Database, actor: Actor, entry_id: int) -> TimeEntryHistory:
    """Return who changed a time entry, when and what, the latest first; also of one that was deleted."""
    async with database.reading(actor) as transaction:
        found = await queries.list_versions(transaction, entry_id)
    if not found:
        raise problems.TimeEntryNotFound
    return TimeEntryHistory(found)


@get("/time-entries/totals", opt=needs(READ), responses=answers(problems.TimeRangeWrong))
async def list_time_totals(
    database: Database,
    actor: Actor,
    by: GroupedBy,
    first: FirstDay,
    last: LastDay,
    zone: Zone = "UTC",
    limit: Limit = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> TimeTotals:
    """Return the sums of the time that the actor sees; an entry counts on the day on which it began."""
    asked = totals.range_of(first, last, zone_of(zone))
    place = (decode_cursor(cursor, tuple[int]) or (0,))[0]
    async with database.reading(actor) as transaction:
        found = await totals.list_totals(transaction, by, asked, place, limit)
    if found.groups > place + limit:
        found.next_cursor = encode_cursor(place + limit)
    return found


async def _read(database: Database, actor: Actor, entry_id: int) -> TimeEntry:
    async with database.reading(actor) as transaction:
        found = await queries.find_entry(transaction, entry_id)
        if found is None:
            raise problems.TimeEntryNotFound
        found.can_edit = commands.may_edit(transaction.actor, found.person_id)
    return found


routes = [
    *(list_time_entries, log_time, change_time_entry, delete_time_entry),
    *(list_time_entry_history, list_time_totals),
]
