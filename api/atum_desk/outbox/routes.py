"""Doors of the outbox."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import QueryParameter

from atum_desk.http.answers import answers
from atum_desk.http.headers import Limit
from atum_desk.kernel.context import Actor
from atum_desk.kernel.db import Database
from atum_desk.kernel.paging import DEFAULT_LIMIT, cut_page, decode_cursor, encode_cursor
from atum_desk.kernel.settings import Settings
from atum_desk.outbox import commands, problems, queries
from atum_desk.outbox.mime import mail_headers
from atum_desk.outbox.models import MailState, OutboxItem, OutboxMail
from atum_desk.outbox.schemas import OutboxPage

StateFilter = Annotated[
    MailState | None, QueryParameter(name="state", description="Only mails in this state")
]


@get("/outbox")
async def list_outbox(
    database: Database, actor: Actor, mail_state: StateFilter = None, limit: Limit = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> OutboxPage:  # fmt: skip
    """List outgoing mails of the tickets one may see, newest first."""
    before = decode_cursor(cursor, tuple[int])
    async with database.reading(actor) as view:
        rows = await queries.list_items(view, mail_state, before[0] if before else None, limit + 1)
        counts = await queries.count_states(view)
    items, more = cut_page(rows, limit)
    return OutboxPage(items, encode_cursor(items[-1].id) if more else None, counts)


@get("/outbox/{outbox_id:int}", responses=answers(problems.OutboxMailNotFound))
async def get_outbox_mail(
    database: Database, settings: Settings, actor: Actor, outbox_id: int
) -> OutboxMail:
    """Return one outgoing mail with its headers and both of its bodies."""
    async with database.reading(actor) as view:
        item = await queries.get_item(view, outbox_id)
        content = await queries.get_content(view, outbox_id)
    return OutboxMail(
        **msgspec.structs.asdict(item), text=content.text, html=content.html,
        headers=mail_headers(content, settings.secret),
    )  # fmt: skip


@post(
    "/outbox/{outbox_id:int}/retry",
    status_code=200,
    responses=answers(problems.OutboxMailNotFound, problems.MailNotRetryable),
)
async def retry_mail(database: Database, actor: Actor, outbox_id: int) -> OutboxItem:
    """Send a mail again that failed, was cancelled or whose fate is unknown."""
    return await commands.retry_mail(database, actor, outbox_id)


@post(
    "/outbox/{outbox_id:int}/cancel",
    status_code=200,
    responses=answers(problems.OutboxMailNotFound, problems.MailNotCancellable),
)
async def cancel_mail(database: Database, actor: Actor, outbox_id: int) -> OutboxItem:
    """Keep a waiting mail from leaving."""
    return await commands.cancel_mail(database, actor, outbox_id)


routes = [list_outbox, get_outbox_mail, retry_mail, cancel_mail]
