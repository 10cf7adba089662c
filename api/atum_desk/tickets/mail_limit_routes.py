"""The HTTP route that says how large a reply may be."""

from __future__ import annotations

import msgspec
from litestar import get

from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.tickets import permissions, problems
from atum_desk.tickets.queries.mail_limits import get_mail_limit


class MailLimit(msgspec.Struct):
    """How many bytes the mail of a reply may have as it travels, files encoded; null: nobody set or announced it."""

    max_bytes: int | None


@get(
    "/tickets/{number:int}/mail-limit",
    opt=needs(permissions.READ, permissions.REPLY),
    responses=answers(problems.TicketNotFound),
)
async def get_reply_limit(database: Database, actor: Actor, number: int) -> MailLimit:
    """Return how large the mail of a reply to a ticket may be."""
    async with database.reading(actor) as transaction:
        return MailLimit(await get_mail_limit(transaction, number))


routes = [get_reply_limit]
