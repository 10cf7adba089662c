"""HTTP routes of automatic replies."""

from __future__ import annotations

from litestar import delete, get, post, put

from atum_desk.calendars.public import CalendarNotFound, get_calendar
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import IfMatch, version_of
from atum_desk.kernel import clock
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import VersionConflict
from atum_desk.kernel.value_lists import require_zone
from atum_desk.mail import problems
from atum_desk.mail.automatic_replies import commands, queries
from atum_desk.mail.automatic_replies.models import (
    AutomaticReplyChange,
    AutomaticReplyList,
    MailboxReplies,
    PreviewedReply,
    ReplyPreview,
    ReplyReader,
)
from atum_desk.mail.automatic_replies.reply_text import banner_text, reply_text, situation_at
from atum_desk.mail.permissions import SETTINGS_MAILBOXES_EDIT, SETTINGS_READ
from atum_desk.templates.public import FilterUnknown, TemplateInvalid, TemplateTooLong, VariableUnknown

WRONG_TEXT = (FilterUnknown, TemplateInvalid, TemplateTooLong, VariableUnknown)


@get("/automatic-replies", opt=needs(SETTINGS_READ, SETTINGS_MAILBOXES_EDIT))
async def list_automatic_replies(database: Database, actor: Actor) -> AutomaticReplyList:
    """List the automatic replies of all mailboxes that have some."""
    async with database.reading(actor) as transaction:
        return AutomaticReplyList(await queries.list_replies(transaction))


@put(
    "/mailboxes/{mailbox_id:int}/automatic-reply",
    opt=needs(SETTINGS_MAILBOXES_EDIT),
    responses=answers(problems.MailboxNotFound, CalendarNotFound, VersionConflict, *WRONG_TEXT),
)
async def set_automatic_reply(
    database: Database, actor: Actor, mailbox_id: int, data: AutomaticReplyChange, if_match: IfMatch = None
) -> MailboxReplies:
    """Set what a mailbox answers to a new request by itself, in the place of the built-in confirmation."""
    await commands.set_reply(database, actor, mailbox_id, data, version_of(if_match))
    async with database.reading(actor) as transaction:
        found = await queries.find_reply(transaction, mailbox_id)
    if found is None:
        raise problems.AutomaticReplyNotFound
    return found


@delete(
    "/mailboxes/{mailbox_id:int}/automatic-reply",
    opt=needs(SETTINGS_MAILBOXES_EDIT),
    responses=answers(problems.AutomaticReplyNotFound, VersionConflict),
)
async def delete_automatic_reply(database: Database, actor: Actor, mailbox_id: int, if_match: IfMatch = None) -> None:
    """Let a mailbox send the built-in confirmation again; the undo brings its texts back."""
    await commands.delete_reply(database, actor, mailbox_id, version_of(if_match))


@post(
    "/automatic-replies/preview",
    opt=needs(SETTINGS_MAILBOXES_EDIT),
    status_code=200,
    responses=answers(CalendarNotFound, *WRONG_TEXT),
)
async def preview_automatic_reply(database: Database, actor: Actor, data: PreviewedReply) -> ReplyPreview:
    """Say what automatic replies would say to a reader of a language and zone at a moment, now unless said."""
    if data.time_zone is not None:
        require_zone("time_zone", data.time_zone)
    calendar = None
    async with database.reading(actor) as transaction:
        await commands.check_rules(transaction, data.rules)
        if data.rules.calendar_id is not None:
            calendar = await get_calendar(transaction, data.rules.calendar_id)
    reader = _example(data)
    parts = (banner_text(data.rules, calendar, reader), reply_text(data.rules, calendar, reader))
    text = "\n\n".join(part for part in parts if part)
    return ReplyPreview(situation_at(data.rules, calendar, reader.at), text)


def _example(data: PreviewedReply) -> ReplyReader:
    return ReplyReader(
        name="Ada Example",
        language=data.language,
        time_zone=data.time_zone,
        number=1042,
        subject="VPN drops",
        team="Support",
        mailbox="Support",
        mailbox_address="support@example.com",
        link="https://desk.example.com/r/example",
        at=data.at or clock.now(),
    )


routes = [list_automatic_replies, set_automatic_reply, delete_automatic_reply, preview_automatic_reply]
