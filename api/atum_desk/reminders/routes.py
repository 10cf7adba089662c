"""HTTP routes of reminders."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from litestar import delete, get, patch, post
from litestar.params import Parameter

from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import IfMatch, Limit, version_of
from atum_desk.kernel.context import Actor
from atum_desk.kernel.cursors import DEFAULT_LIMIT, cut_page, decode_cursor, encode_cursor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import VersionConflict
from atum_desk.reminders import commands, problems, queries
from atum_desk.reminders.permissions import READ
from atum_desk.reminders.schemas import NewReminder, Reminder, ReminderChange, ReminderPage
from atum_desk.tickets.public import AssigneeUnknown, TicketNotFound


@get("/reminders", opt=needs(READ))
async def list_reminders(
    database: Database,
    actor: Actor,
    done: Annotated[bool, Parameter(description="Those that are done in place of the open ones")] = False,
    ticket: Annotated[int | None, Parameter(description="Open ones of this ticket, by number")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> ReminderPage:
    """List the actor's reminders; of one ticket also those that they made for colleagues."""
    after = decode_cursor(cursor, tuple[datetime, int])
    async with database.reading(actor) as transaction:
        if done and ticket is None:
            rows = await queries.list_done(transaction, after, limit + 1)
        else:
            rows = await queries.list_open(transaction, ticket, after, limit + 1)
    items, more = cut_page(rows, limit)
    return ReminderPage(items, encode_cursor(items[-1].remind_at, items[-1].id) if more else None)


@post(
    "/tickets/{number:int}/reminders",
    opt=needs(READ),
    responses=answers(TicketNotFound, AssigneeUnknown, problems.TooManyReminders),
)
async def add_reminder(database: Database, actor: Actor, number: int, data: NewReminder) -> Reminder:
    """Remind the actor, or a colleague, of the ticket at a moment."""
    return await _read(database, actor, await commands.add_reminder(database, actor, number, data))


@patch(
    "/reminders/{reminder_id:int}",
    opt=needs(READ),
    responses=answers(problems.ReminderNotFound, AssigneeUnknown, problems.TooManyReminders, VersionConflict),
)
async def change_reminder(
    database: Database, actor: Actor, reminder_id: int, data: ReminderChange, if_match: IfMatch = None
) -> Reminder:
    """Change a reminder, say that it is done, or let it be told again at another moment."""
    await commands.change_reminder(database, actor, reminder_id, data, version_of(if_match))
    return await _read(database, actor, reminder_id)


@delete("/reminders/{reminder_id:int}", opt=needs(READ), responses=answers(problems.ReminderNotFound, VersionConflict))
async def delete_reminder(database: Database, actor: Actor, reminder_id: int, if_match: IfMatch = None) -> None:
    """Remove a reminder; an undo brings it back."""
    await commands.delete_reminder(database, actor, reminder_id, version_of(if_match))


async def _read(database: Database, actor: Actor, reminder_id: int) -> Reminder:
    async with database.reading(actor) as transaction:
        return await queries.get_reminder(transaction, reminder_id)


routes = [list_reminders, add_reminder, change_reminder, delete_reminder]
