"""All SQL of calendars."""

from __future__ import annotations

from typing import Any

import msgspec

from atum_desk.calendars.models import MOST_CALENDARS, Calendar
from atum_desk.calendars.problems import CalendarNotFound
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork

CALENDAR = """
    select c.id, c.name, c.time_zone, c.hours, c.special_days, c.country, c.region, c.imported_days, c.imported_from,
           c.imported_until, c.version
      from calendars c where c.workspace_id = (select ctx_workspace())"""


async def list_calendars(transaction: ReadTransaction) -> list[Calendar]:
    """Return the calendars by name."""
    rows = await transaction.fetch(f"{CALENDAR} order by lower(c.name), c.id limit {MOST_CALENDARS}")
    return [_calendar(row) for row in rows]


async def get_calendar(transaction: ReadTransaction, calendar_id: int) -> Calendar:
    """Return a calendar. Raises CalendarNotFound."""
    row = await transaction.fetchrow(f"{CALENDAR} and c.id = $1", calendar_id)
    if row is None:
        raise CalendarNotFound
    return _calendar(row)


async def lock_calendars(work: UnitOfWork) -> None:
    """Let no other change of calendars go on beside this one."""
    await work.execute("select pg_advisory_xact_lock(hashtextextended('calendars ' || ctx_workspace(), 0))")


async def count_calendars(work: UnitOfWork) -> int:
    """Return how many calendars the workspace has."""
    return await work.fetchval("select count(*) from calendars where workspace_id = ctx_workspace()")


async def insert_calendar(work: UnitOfWork, columns: dict[str, Any]) -> int:
    """Insert a calendar and return its id; the names of columns come from this slice's commands."""
    names, places = ", ".join(columns), ", ".join(f"${place}" for place in range(1, len(columns) + 1))
    return await work.fetchval(
        f"insert into calendars (workspace_id, {names}) values (ctx_workspace(), {places}) returning id",
        *columns.values(),
    )


async def update_calendar(work: UnitOfWork, calendar_id: int, columns: dict[str, Any]) -> None:
    """Set columns of a calendar; their names come from this slice's commands."""
    assignments = ", ".join(f"{name} = ${place}" for place, name in enumerate(columns, start=2))
    await work.execute(f"update calendars set {assignments} where id = $1", calendar_id, *columns.values())


async def delete_calendar(work: UnitOfWork, calendar_id: int) -> None:
    """Delete a calendar."""
    await work.execute("delete from calendars where id = $1", calendar_id)


def _calendar(row: Any) -> Calendar:
    return msgspec.convert(dict(row), Calendar)
