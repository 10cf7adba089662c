"""Notifications are marked as read, which is no change of the ledger; how somebody is told is one."""

from __future__ import annotations

import msgspec

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.field_notices import Empty
from atum_desk.kernel.problems import ValidationFailed
from atum_desk.notifications.models import Ways
from atum_desk.notifications.permissions import READ
from atum_desk.notifications.queries import inbox
from atum_desk.notifications.schemas import (
    InboxCount,
    NotificationChoice,
    NotificationMarks,
    NotificationSettings,
    WaysChange,
)
from atum_desk.tickets.public import get_ticket_id


async def mark_notifications(database: Database, actor: Actor, marks: NotificationMarks, *, read: bool) -> InboxCount:
    """Mark notifications of the actor as read or unread. Raises ValidationFailed where nothing is named."""
    if not (marks.all or marks.ids or marks.tickets):
        raise ValidationFailed.of("ids", Empty())
    async with database.marking(actor) as transaction:
        return InboxCount(await inbox.mark(transaction, actor.person_id, marks, read=read))


async def choose_notifications(database: Database, actor: Actor, given: NotificationChoice) -> NotificationSettings:
    """Let the actor be told otherwise from now on. Raises ZoneUnknown and PermissionMissing."""
    async with database.writing(actor, "notifications.prefer") as work:
        work.actor.require(READ)
        wanted = await inbox.get_settings(work)
        chosen = await inbox.find_chosen(work)
        for reason, change in given.reasons.items():
            chosen.pop(reason, None)
            if change is not None:
                chosen[reason] = msgspec.to_builtins(_changed(wanted.reasons[reason], change))
        for name in ("quiet", "digest", "push_content", "in_absence"):
            if (value := getattr(given, name)) is not msgspec.UNSET:
                setattr(wanted, name, value)
        await inbox.save_settings(work, chosen, wanted)
        return await inbox.get_settings(work)


def _changed(ways: Ways, change: WaysChange) -> Ways:
    given = {name: value for name, value in msgspec.structs.asdict(change).items() if value is not msgspec.UNSET}
    return msgspec.structs.replace(ways, **given)


async def mute_ticket(database: Database, actor: Actor, number: int, *, muted: bool) -> None:
    """Let the actor hear no more of a ticket until it is resolved, or again. Raises TicketNotFound."""
    async with database.marking(actor) as transaction:
        ticket_id = await get_ticket_id(transaction, number)
        await (inbox.mute if muted else inbox.unmute)(transaction, ticket_id)
