"""The balance of mail, counted: every mail that came or was written is in exactly one place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import TypeVar

from atum_desk.kernel import clock
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, ReadTransaction
from atum_desk.kernel.database.workspaces import for_each_workspace
from atum_desk.mail import queries
from atum_desk.mail.models import DayCount, MailboxAudit
from atum_desk.mail.permissions import MAIL_MANAGE, REPORTS_READ
from atum_desk.outbox.public import MailboxSent, audit_outbox

Row = TypeVar("Row", MailboxAudit, MailboxSent)
CAME = ("mailbox", "received", "ticketed", "appended", "quarantined", "refused", "waiting", "astray", "without_bytes")
WRITTEN = (
    "mailbox",
    "written",
    "held",
    "queued",
    "sending",
    "sent",
    "delivered",
    "bounced",
    "failed",
    "unknown",
    "cancelled",
    "astray",
)


async def count_days(database: Database, actor: Actor, days: int) -> list[DayCount]:
    """Return what became of the mail of the last days (UTC), by mailbox and day, the newest first."""
    first = clock.now().date() - timedelta(days=days - 1)
    async with database.reading(actor) as transaction:
        transaction.actor.require_any(REPORTS_READ, MAIL_MANAGE)
        return await queries.count_days(transaction, datetime.combine(first, time(), UTC))


async def audit_mail(settings: Settings, admin_url: str) -> list[MailboxAudit]:
    """Count the mails of every workspace's mailboxes; the balance is right where a row's `holds` is true.

    `admin_url` logs in as the database's administrator.
    """
    return await _of_every_workspace(settings, admin_url, queries.audit)


async def audit_sent(settings: Settings, admin_url: str) -> list[MailboxSent]:
    """Count the outgoing mails of every workspace's mailboxes, as `audit_mail` does received ones."""
    return await _of_every_workspace(settings, admin_url, audit_outbox)


async def _of_every_workspace(
    settings: Settings, admin_url: str, count: Callable[[ReadTransaction], Awaitable[list[Row]]]
) -> list[Row]:
    database = Database(settings, admin_url, settings.secret)
    await database.open("atum_desk_worker", size=2)
    try:
        rows: list[Row] = []
        async for actor in for_each_workspace(database, "cli"):
            async with database.reading(actor) as transaction:
                rows += await count(transaction)
        return rows
    finally:
        await database.close()


def audit_lines(rows: list[MailboxAudit], sent: Sequence[MailboxSent] = ()) -> list[str]:
    """Return the audit as tables for people, ending in one sentence of judgement."""
    lines = ["Received", *_table(CAME, rows)]
    if sent:
        lines += ["", "Sent", *_table(WRITTEN, sent)]
    both: list[MailboxAudit | MailboxSent] = [*rows, *sent]
    broken = dict.fromkeys(row.mailbox or "(none)" for row in both if not row.holds)
    verdict = f"The balance is wrong for {', '.join(broken)}." if broken else "The balance is right: nothing is lost."
    return [*lines, "", verdict]


def _table(heads: tuple[str, ...], rows: Sequence[MailboxAudit | MailboxSent]) -> list[str]:
    cells = [(row.mailbox or "(none)", *(str(getattr(row, head)) for head in heads[1:])) for row in rows]
    width = max([len(heads[0]), *(len(row[0]) for row in cells)])
    return ["  ".join([row[0].ljust(width), *(cell.rjust(11) for cell in row[1:])]) for row in (heads, *cells)]
