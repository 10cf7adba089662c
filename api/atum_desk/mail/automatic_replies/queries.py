"""SQL of automatic replies."""

from __future__ import annotations

from typing import Any

import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.mail.automatic_replies.models import MailboxReplies

REPLY = """
    select r.mailbox_id, r.calendar_id, r.texts, r.absent_from_at, r.absent_until_at, r.banner_from_at,
           r.banner_until_at, r.pause_minutes, r.active, r.version
      from automatic_replies r where r.workspace_id = (select ctx_workspace())"""


async def list_replies(transaction: ReadTransaction) -> list[MailboxReplies]:
    """Return the automatic replies of all mailboxes."""
    return [_reply(row) for row in await transaction.fetch(f"{REPLY} order by r.mailbox_id limit 1000")]


async def find_reply(transaction: ReadTransaction, mailbox_id: int) -> MailboxReplies | None:
    """Return the automatic replies of a mailbox, None when it has none."""
    row = await transaction.fetchrow(f"{REPLY} and r.mailbox_id = $1", mailbox_id)
    return None if row is None else _reply(row)


async def lock_mailbox(work: UnitOfWork, mailbox_id: int) -> str | None:
    """Let no other change of the mailbox go on beside this one; return its address, None when there is none."""
    return await work.fetchval("select address from mailboxes where id = $1 for update", mailbox_id)


async def write_reply(work: UnitOfWork, mailbox_id: int, columns: dict[str, Any]) -> None:
    """Insert or replace the automatic replies of a mailbox; the names of columns come from this slice's commands."""
    names, places = ", ".join(columns), ", ".join(f"${place}" for place in range(2, len(columns) + 2))
    await work.execute(
        f"""insert into automatic_replies (workspace_id, mailbox_id, {names}) values (ctx_workspace(), $1, {places})
            on conflict (mailbox_id) do update set {", ".join(f"{name} = excluded.{name}" for name in columns)}""",
        mailbox_id,
        *columns.values(),
    )


async def delete_reply(work: UnitOfWork, mailbox_id: int) -> None:
    """Delete the automatic replies of a mailbox."""
    await work.execute("delete from automatic_replies where mailbox_id = $1", mailbox_id)


async def count_recent(work: UnitOfWork, mailbox_id: int, requester_id: int, minutes: int) -> int:
    """Return how many confirmations a mailbox sent to a requester within so many minutes."""
    return await work.fetchval(
        """select count(*) from tickets t join outbox o on o.ticket_id = t.id
            where t.requester_id = $2 and o.mailbox_id = $1 and o.kind = 'confirmation'
              and t.created_at > moment() - make_interval(mins => $3) - interval '1 hour'
              and o.created_at > moment() - make_interval(mins => $3)""",
        mailbox_id,
        requester_id,
        minutes,
    )


def _reply(row: Any) -> MailboxReplies:
    return msgspec.convert(dict(row), MailboxReplies)
