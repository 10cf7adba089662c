"""HTTP routes of notifications."""

from __future__ import annotations

from typing import Annotated

from litestar import delete, get, patch, post, put
from litestar.params import Parameter

from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import Limit
from atum_desk.kernel.context import Actor
from atum_desk.kernel.cursors import DEFAULT_LIMIT, decode_cursor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.notifications import commands, problems
from atum_desk.notifications.permissions import READ
from atum_desk.notifications.queries import inbox
from atum_desk.notifications.schemas import (
    InboxCount,
    NotificationChoice,
    NotificationMarks,
    NotificationPage,
    NotificationSettings,
)
from atum_desk.tickets.public import TicketNotFound


@get("/notifications", opt=needs(READ))
async def list_notifications(
    database: Database,
    actor: Actor,
    unread: Annotated[bool, Parameter(description="Only what is unread")] = False,
    limit: Limit = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> NotificationPage:
    """List what the actor was told of by ticket, the last told first."""
    after = decode_cursor(cursor, tuple[int])
    async with database.reading(actor) as transaction:
        return await inbox.list_notifications(
            transaction, unread=unread, before=after[0] if after else 2**62, limit=limit
        )


@post("/notifications/read", opt=needs(READ), status_code=200)
async def mark_read(database: Database, actor: Actor, data: NotificationMarks) -> InboxCount:
    """Mark notifications as read; opening a ticket does so for those of the ticket."""
    return await commands.mark_notifications(database, actor, data, read=True)


@post("/notifications/unread", opt=needs(READ), status_code=200)
async def mark_unread(database: Database, actor: Actor, data: NotificationMarks) -> InboxCount:
    """Mark notifications as unread."""
    return await commands.mark_notifications(database, actor, data, read=False)


@get("/notifications/settings", opt=needs(READ))
async def get_settings(database: Database, actor: Actor) -> NotificationSettings:
    """Return how the actor is told for each reason, and when no mail leaves."""
    async with database.reading(actor) as transaction:
        return await inbox.get_settings(transaction)


@patch("/notifications/settings", opt=needs(READ), responses=answers(problems.ZoneUnknown))
async def edit_settings(database: Database, actor: Actor, data: NotificationChoice) -> NotificationSettings:
    """Choose how the actor is told from now on."""
    return await commands.choose_notifications(database, actor, data)


@put("/tickets/{number:int}/mute", opt=needs(READ), status_code=204, responses=answers(TicketNotFound))
async def mute(database: Database, actor: Actor, number: int) -> None:
    """Tell the actor of nothing more on a ticket until it is resolved, assignments and mentions aside."""
    await commands.mute_ticket(database, actor, number, muted=True)


@delete("/tickets/{number:int}/mute", opt=needs(READ), responses=answers(TicketNotFound))
async def unmute(database: Database, actor: Actor, number: int) -> None:
    """Tell the actor of a ticket as they chose again."""
    await commands.mute_ticket(database, actor, number, muted=False)


routes = [list_notifications, mark_read, mark_unread, get_settings, edit_settings, mute, unmute]
