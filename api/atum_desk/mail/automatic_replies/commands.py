"""Commands on automatic replies: each is one change with one undo."""

from __future__ import annotations

import msgspec

from atum_desk.calendars.public import get_calendar
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, ReadTransaction
from atum_desk.kernel.problems import ValidationFailed, require_version
from atum_desk.mail import notices
from atum_desk.mail.automatic_replies import queries
from atum_desk.mail.automatic_replies.models import AutomaticReplyChange, ReplyRules
from atum_desk.mail.automatic_replies.reply_text import check_texts
from atum_desk.mail.permissions import SETTINGS_MAILBOXES_EDIT
from atum_desk.mail.problems import AutomaticReplyNotFound, MailboxNotFound


async def set_reply(
    database: Database, actor: Actor, mailbox_id: int, change: AutomaticReplyChange, version: int | None
) -> None:
    """Give a mailbox automatic replies, or change all of them.

    Raises MailboxNotFound, CalendarNotFound, VersionConflict, ValidationFailed and what a template raises.
    """
    async with database.writing(actor, "automatic_reply.edit") as work:
        work.actor.require(SETTINGS_MAILBOXES_EDIT)
        address = await queries.lock_mailbox(work, mailbox_id)
        if address is None:
            raise MailboxNotFound
        current = await queries.find_reply(work, mailbox_id)
        require_version(change.version if version is None else version, current.version if current else 0)
        rules = ReplyRules(**{name: getattr(change, name) for name in ReplyRules.__struct_fields__})
        await check_rules(work, rules)
        if current is not None and current.rules() == rules:
            work.unchanged = True
            return
        columns = {name: getattr(rules, name) for name in ReplyRules.__struct_fields__}
        columns["texts"] = msgspec.to_builtins(rules.texts)
        await queries.write_reply(work, mailbox_id, columns)
        work.summary = {"mailbox_id": mailbox_id, "name": address}


async def delete_reply(database: Database, actor: Actor, mailbox_id: int, version: int | None) -> None:
    """Let a mailbox have the built-in confirmation again. Raises AutomaticReplyNotFound and VersionConflict."""
    async with database.writing(actor, "automatic_reply.delete") as work:
        work.actor.require(SETTINGS_MAILBOXES_EDIT)
        address = await queries.lock_mailbox(work, mailbox_id)
        current = await queries.find_reply(work, mailbox_id)
        if current is None:
            raise AutomaticReplyNotFound
        require_version(version, current.version)
        await queries.delete_reply(work, mailbox_id)
        work.summary = {"mailbox_id": mailbox_id, "name": address}


async def check_rules(transaction: ReadTransaction, rules: ReplyRules) -> None:
    """Raise for a calendar that there is not, a span that ends before it starts, and texts that cannot be used."""
    if rules.calendar_id is not None:
        await get_calendar(transaction, rules.calendar_id)
    for name in ("absent", "banner"):
        start, end = getattr(rules, f"{name}_from_at"), getattr(rules, f"{name}_until_at")
        if start is not None and (end is None or end <= start):
            raise ValidationFailed.of(f"{name}_until_at", notices.EndsBeforeItStarts())
    languages = [one.language for one in rules.texts]
    if len(set(languages)) < len(languages):
        raise ValidationFailed.of("texts", notices.LanguageTwice())
    check_texts(rules.texts)
