"""All SQL of time entries and activities but that of totals and timers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.time_entries.schemas import TimeActivity, TimeEntry, TimeEntryVersion

ENTRY = """e.id, t.number, e.person_id, p.name as person_name, e.activity_id, a.name as activity_name, e.seconds,
           e.billable, e.started_at, e.note, e.version"""
FROM = """from time_entries e
      join tickets t on t.id = e.ticket_id
      join people p on p.id = e.person_id
      left join time_activities a on a.id = e.activity_id"""
ACTIVITY = "id, name, billable, retired, version"
# Of one entry; who edits one more often reads the latest of it.
MOST_VERSIONS = 100


class LockedEntry(msgspec.Struct, frozen=True):
    """An entry's row, locked, with its ticket."""

    id: int
    ticket_id: int
    number: int
    person_id: int
    activity_id: int | None
    seconds: int
    billable: bool
    started_at: datetime
    note: str
    version: int


async def list_of_ticket(
    transaction: ReadTransaction, ticket_id: int, after: tuple[datetime, int] | None, limit: int
) -> list[TimeEntry]:
    """Return the entries of a ticket after a place, the latest first."""
    rows = await transaction.fetch(
        f"""select {ENTRY} {FROM}
             where e.ticket_id = $1 and e.deleted_at is null
               and ($2::timestamptz is null or (e.started_at, e.id) < ($2, $3))
             order by e.started_at desc, e.id desc limit $4""",
        ticket_id,
        *(after or (None, None)),
        limit,
    )
    return [msgspec.convert(dict(row), TimeEntry) for row in rows]


async def sum_of_ticket(transaction: ReadTransaction, ticket_id: int) -> tuple[int, int]:
    """Return the seconds of a ticket, and those of them that are billable."""
    row = await transaction.fetchrow(
        """select coalesce(sum(seconds), 0) as seconds, coalesce(sum(seconds) filter (where billable), 0) as billable
             from time_entries where ticket_id = $1 and deleted_at is null""",
        ticket_id,
    )
    return (row["seconds"], row["billable"]) if row else (0, 0)


async def find_entry(transaction: ReadTransaction, entry_id: int) -> TimeEntry | None:
    """Return an entry, None when there is none or it was deleted."""
    row = await transaction.fetchrow(f"select {ENTRY} {FROM} where e.id = $1 and e.deleted_at is null", entry_id)
    return msgspec.convert(dict(row), TimeEntry) if row else None


async def lock_entry(work: UnitOfWork, entry_id: int) -> LockedEntry | None:
    """Lock an entry; None when there is none or it was deleted."""
    row = await work.fetchrow(
        """select e.id, e.ticket_id, t.number, e.person_id, e.activity_id, e.seconds, e.billable, e.started_at, e.note,
                  e.version
             from time_entries e join tickets t on t.id = e.ticket_id
            where e.id = $1 and e.deleted_at is null for update of e""",
        entry_id,
    )
    return msgspec.convert(dict(row), LockedEntry) if row else None


async def insert_entry(work: UnitOfWork, ticket_id: int, columns: dict[str, Any]) -> asyncpg.Record:
    """Insert an entry of the actor's on the ticket that goes on; return its (id, ticket_id).

    The names of columns come from this slice's commands.
    """
    names, places = ", ".join(columns), ", ".join(f"${place}" for place in range(2, len(columns) + 2))
    row = await work.fetchrow(
        f"""insert into time_entries (workspace_id, person_id, ticket_id, logged_on_id, {names})
            select ctx_workspace(), ctx_person(), n.id, n.id, {places} from ticket_now($1) n(id)
            returning id, ticket_id""",
        ticket_id,
        *columns.values(),
    )
    if row is None:
        raise LookupError("an insert returned nothing")
    return row


async def update_entry(work: UnitOfWork, entry_id: int, columns: dict[str, Any]) -> None:
    """Set columns of an entry; their names come from this slice's commands."""
    assignments = ", ".join(f"{name} = ${place}" for place, name in enumerate(columns, start=2))
    await work.execute(f"update time_entries set {assignments} where id = $1", entry_id, *columns.values())


async def delete_entry(work: UnitOfWork, entry_id: int) -> None:
    """Delete an entry; its row stays."""
    await work.execute("update time_entries set deleted_at = moment() where id = $1", entry_id)


async def list_versions(transaction: ReadTransaction, entry_id: int) -> list[TimeEntryVersion]:
    """Return what the ledger has of an entry, the latest change first; none for an entry that nobody here sees."""
    rows = await transaction.fetch(
        f"""select r.change_id, c.command, c.at, p.name as actor_name, coalesce(r.old, '{{}}') as old,
                   coalesce(r.new, '{{}}') as new
              from time_entries e
              join row_changes r on r.table_name = 'time_entries' and r.row_id = e.id
              join changes c on c.id = r.change_id
              left join people p on p.id = c.actor_id
             where e.id = $1 order by r.change_id desc, r.seq desc limit {MOST_VERSIONS}""",
        entry_id,
    )
    return [msgspec.convert(dict(row), TimeEntryVersion) for row in rows]


async def list_activities(transaction: ReadTransaction) -> list[TimeActivity]:
    """Return all activities by name, retired ones among them."""
    rows = await transaction.fetch(
        f"""select {ACTIVITY} from time_activities where workspace_id = (select ctx_workspace())
             order by lower(name), id limit 500"""
    )
    return [msgspec.convert(dict(row), TimeActivity) for row in rows]


async def lock_activities(work: UnitOfWork) -> None:
    """Let nobody else change the list until the work is done."""
    await work.execute("select pg_advisory_xact_lock(hashtextextended('time_activities', ctx_workspace()))")


async def insert_activity(work: UnitOfWork, name: str, *, billable: bool) -> int:
    """Insert an activity and return its id."""
    return await work.fetchval(
        "insert into time_activities (workspace_id, name, billable) values (ctx_workspace(), $1, $2) returning id",
        name,
        billable,
    )


async def update_activity(work: UnitOfWork, activity_id: int, columns: dict[str, Any]) -> None:
    """Set columns of an activity; their names come from this slice's commands."""
    assignments = ", ".join(f"{name} = ${place}" for place, name in enumerate(columns, start=2))
    await work.execute(f"update time_activities set {assignments} where id = $1", activity_id, *columns.values())
