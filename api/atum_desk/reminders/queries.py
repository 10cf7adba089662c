"""All SQL of reminders. What of them somebody sees is the table's policy: those for them, and those they made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from atum_desk.identity.public import sees_tickets_of
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.reminders.problems import ReminderNotFound
from atum_desk.reminders.schemas import Reminder

# A merged ticket goes on in another, which is shown where the reader sees it.
REMINDER = """
    select r.id, t.number, t.subject, jsonb_build_object('id', p.id, 'name', p.name) as person,
           jsonb_build_object('id', m.id, 'name', m.name) as made_by, r.remind_at, r.note, r.fired_at, r.done_at,
           r.version
      from reminders r
      join tickets t on t.id = ticket_now(r.ticket_id)
      join people p on p.id = r.person_id
      join people m on m.id = r.made_by_id"""
# What somebody holds is told a few seconds later.
DUE = """
    select id from reminders
     where workspace_id = (select ctx_workspace()) and remind_at <= moment() and fired_at is null and done_at is null
     order by remind_at limit $1 for update skip locked"""


class LockedReminder(msgspec.Struct, frozen=True):
    """A reminder's row, locked."""

    id: int
    ticket_id: int
    number: int
    team_id: int
    person_id: int
    remind_at: datetime
    note: str
    done_at: datetime | None
    version: int


async def list_open(
    transaction: ReadTransaction, number: int | None, after: tuple[datetime, int] | None, limit: int
) -> list[Reminder]:
    """Return the reader's open reminders after a place; of one ticket also those that they made for others."""
    rows = await transaction.fetch(
        f"""{REMINDER}
             where r.done_at is null and ($1::int is not null or r.person_id = (select ctx_person()))
               and ($1::int is null or t.number = $1)
               and ($2::timestamptz is null or (r.remind_at, r.id) > ($2, $3))
             order by r.remind_at, r.id limit $4""",
        number,
        *(after or (None, None)),
        limit,
    )
    return [msgspec.convert(dict(row), Reminder) for row in rows]


async def list_done(transaction: ReadTransaction, after: tuple[datetime, int] | None, limit: int) -> list[Reminder]:
    """Return the reader's reminders that are done, the latest moment first."""
    rows = await transaction.fetch(
        f"""{REMINDER}
             where r.done_at is not null and r.person_id = (select ctx_person())
               and ($1::timestamptz is null or (r.remind_at, r.id) < ($1, $2))
             order by r.remind_at desc, r.id desc limit $3""",
        *(after or (None, None)),
        limit,
    )
    return [msgspec.convert(dict(row), Reminder) for row in rows]


async def get_reminder(transaction: ReadTransaction, reminder_id: int) -> Reminder:
    """Return a reminder. Raises ReminderNotFound."""
    row = await transaction.fetchrow(f"{REMINDER} where r.id = $1", reminder_id)
    if row is None:
        raise ReminderNotFound
    return msgspec.convert(dict(row), Reminder)


async def lock_reminder(work: UnitOfWork, reminder_id: int) -> LockedReminder:
    """Lock a reminder. Raises ReminderNotFound."""
    row = await work.fetchrow(
        """select r.id, r.ticket_id, t.number, t.team_id, r.person_id, r.remind_at, r.note, r.done_at, r.version
             from reminders r join tickets t on t.id = ticket_now(r.ticket_id) where r.id = $1 for update of r""",
        reminder_id,
    )
    if row is None:
        raise ReminderNotFound
    return msgspec.convert(dict(row), LockedReminder)


async def count_open(work: UnitOfWork, person_id: int) -> int:
    """Count the open reminders for a person that the actor sees."""
    return await work.fetchval("select count(*) from reminders where person_id = $1 and done_at is null", person_id)


async def find_ticket(transaction: ReadTransaction, number: int) -> tuple[int, int] | None:
    """Return the id and the team of a visible ticket."""
    row = await transaction.fetchrow(
        "select id, team_id from tickets where workspace_id = (select ctx_workspace()) and number = $1", number
    )
    return (row["id"], row["team_id"]) if row else None


async def sees_ticket(transaction: ReadTransaction, person_id: int, team_id: int) -> bool:
    """Tell whether somebody is active staff and sees a team's tickets."""
    return await transaction.fetchval(
        f"select exists (select from people p where p.id = $1 and {sees_tickets_of('p', '$2')})", person_id, team_id
    )


async def insert_reminder(work: UnitOfWork, columns: dict[str, Any]) -> int:
    """Insert a reminder that the actor makes and return its id; column names come from this slice's commands."""
    names, places = ", ".join(columns), ", ".join(f"${place}" for place in range(1, len(columns) + 1))
    return await work.fetchval(
        f"""insert into reminders (workspace_id, made_by_id, {names}) select ctx_workspace(), ctx_person(), {places}
            returning id""",
        *columns.values(),
    )


async def update_reminder(work: UnitOfWork, reminder_id: int, columns: dict[str, Any]) -> None:
    """Set columns of a reminder; their names come from this slice's commands."""
    assignments = ", ".join(f"{name} = ${place}" for place, name in enumerate(columns, start=2))
    await work.execute(f"update reminders set {assignments} where id = $1", reminder_id, *columns.values())


async def delete_reminder(work: UnitOfWork, reminder_id: int) -> None:
    """Delete a reminder."""
    await work.execute("delete from reminders where id = $1", reminder_id)


async def lock_due(work: UnitOfWork, limit: int) -> list[int]:
    """Lock reminders whose moment has come, the longest overdue first."""
    return [row["id"] for row in await work.fetch(DUE, limit)]


async def fire(work: UnitOfWork, reminder_id: int) -> None:
    """Note that a reminder is told now, of the ticket that goes on."""
    await work.execute(
        "update reminders set fired_at = moment(), ticket_id = ticket_now(ticket_id) where id = $1", reminder_id
    )
