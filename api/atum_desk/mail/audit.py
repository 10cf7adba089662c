"""The conservation law, counted: every mail that was received is in exactly one place."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import asyncpg

from atum_desk.kernel import clock
from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.db import Database
from atum_desk.kernel.settings import Settings
from atum_desk.mail import queries
from atum_desk.mail.models import DayCount, MailboxAudit
from atum_desk.mail.permissions import MAIL_MANAGE


async def count_days(database: Database, actor: Actor, days: int) -> list[DayCount]:
    """Return what became of the mail of the last days (UTC), by mailbox and day, the newest first."""
    first = clock.now().date() - timedelta(days=days - 1)
    async with database.reading(actor) as view:
        view.actor.require(MAIL_MANAGE)
        return await queries.count_days(view, datetime.combine(first, time(), UTC))


async def audit_mail(settings: Settings, admin_url: str) -> list[MailboxAudit]:
    """Count the mails of every workspace's mailboxes; the law holds when each row's `holds` is true.

    `admin_url` logs in as the database's administrator, who alone knows every workspace.
    """
    owner = await asyncpg.connect(admin_url)
    try:
        workspaces = await owner.fetch("select id from atum.workspaces order by id")
    finally:
        await owner.close()
    database = Database(settings, admin_url, settings.secret)
    await database.open("atum_desk_worker", size=2)
    try:
        rows: list[MailboxAudit] = []
        for workspace in workspaces:
            actor = SystemActor(workspace_id=workspace["id"], via="cli")
            async with database.reading(actor) as view:
                rows += await queries.audit(view)
        return rows
    finally:
        await database.close()


def audit_lines(rows: list[MailboxAudit]) -> list[str]:
    """Return the audit as a table for people, ending in one sentence of judgement."""
    heads = (
        "mailbox",
        "received",
        "ticketed",
        "appended",
        "quarantined",
        "refused",
        "waiting",
        "astray",
        "without_bytes",
    )
    cells = [
        (row.mailbox or "(none)", *(str(getattr(row, head)) for head in heads[1:])) for row in rows
    ]
    widths = [max(len(head), 11) for head in heads[1:]]
    width = max([len(heads[0]), *(len(row[0]) for row in cells)])
    lines = [
        "  ".join(
            [
                row[0].ljust(width),
                *(cell.rjust(size) for cell, size in zip(row[1:], widths, strict=True)),
            ]
        )
        for row in (heads, *cells)
    ]
    broken = [row.mailbox or "(none)" for row in rows if not row.holds]
    verdict = (
        f"The law is broken for {', '.join(broken)}."
        if broken
        else "The law holds: nothing is lost."
    )
    return [*lines, verdict]
