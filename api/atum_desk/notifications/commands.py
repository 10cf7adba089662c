"""Notifications are marked as read, which is no change of the ledger; how somebody is told is one."""

from __future__ import annotations

import msgspec

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.field_notices import Empty
from atum_desk.kernel.problems import ValidationFailed
from atum_desk.notifications.permissions import READ
from atum_desk.notifications.queries import inbox
from atum_desk.notifications.schemas import InboxCount, NotificationChoice, NotificationMarks, NotificationSettings


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
        before = await inbox.get_settings(work)
        chosen = await inbox.find_chosen(work)
        for reason, ways in given.reasons.items():
            chosen[reason] = None if ways is None else msgspec.to_builtins(ways)
        quiet = before.quiet if given.quiet is msgspec.UNSET else given.quiet
        await inbox.save_settings(work, {reason: ways for reason, ways in chosen.items() if ways is not None}, quiet)
        return await inbox.get_settings(work)
