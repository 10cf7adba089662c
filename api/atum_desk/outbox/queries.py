"""All SQL of the outbox."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import asyncpg
import msgspec

from atum_desk.kernel.db import View, Work
from atum_desk.outbox.models import (
    ClaimedMail,
    MailFile,
    OutboxItem,
    OutgoingMail,
    QueuedMail,
)
from atum_desk.outbox.problems import OutboxMailNotFound

MAX_REFERENCES = 20
COUNT_CAP = 1000

# A queued mail that may not leave yet shows as held; the row itself waits as queued.
SHOWN_STATE = (
    "case when o.state = 'queued' and o.held_until > moment() then 'held' else o.state end"
)
ITEM = f"""
    select o.id, {SHOWN_STATE} as state, o.kind, o.sender, o.recipients as to, o.cc, o.subject,
           (select t.number from tickets t where t.id = o.ticket_id) as ticket_number, o.message_id,
           o.created_at, o.held_until, o.next_attempt_at, o.sent_at, o.attempts, o.last_error
      from outbox o"""
CLAIMED = """id, kind, message_id, mail_message_id, envelope_from, sender, recipients, cc, reply_to, subject,
    in_reply_to, mail_references, text, html, attempts, created_at"""


async def insert_mail(
    work: Work,
    mail: OutgoingMail,
    *,
    subject: str,
    text: str,
    html: str,
    token: str | None,
    mail_id: str,
) -> int | None:
    """Insert an outbox row and its job in one statement; None when the mailbox does not exist.

    `token` is the signed part of the reply address, `mail_id` the Message-ID up to its @. The
    thread's ids are looked up where the mail names none.
    """
    return await work.fetchval(
        f"""with box as (
              select id, name, address, split_part(address, '@', 1) as local, split_part(address, '@', 2) as domain
                from mailboxes where id = $1),
            thread as (
              select mail_message_id as id, created_at as at, true as came from messages
               where ticket_id = $8 and kind = 'reply' and mail_message_id is not null and $12::text[] is null
              union all
              select mail_message_id, created_at, false from outbox
               where ticket_id = $8 and state <> 'cancelled' and $12::text[] is null),
            latest as (select * from thread order by at desc limit {MAX_REFERENCES}),
            sent as (
              insert into outbox (workspace_id, ticket_id, message_id, mailbox_id, kind, mail_message_id,
                  envelope_from, sender, recipients, cc, reply_to, subject, in_reply_to, mail_references,
                  text, html, held_until)
              select ctx_workspace(), $8, $9, b.id, $2, $10 || '@' || b.domain,
                  coalesce(b.local || '+' || $11 || '@' || b.domain, b.address),
                  jsonb_build_object('name', coalesce(nullif($3, ''), b.name), 'address', b.address), $4, $5,
                  b.local || '+' || $11 || '@' || b.domain, $6,
                  coalesce($13, (select id from latest where came order by at desc limit 1),
                           (select id from latest order by at desc limit 1)),
                  coalesce($12, (select array_agg(id order by at) from latest), '{{}}'),
                  $7, $14, case when $15 > interval '0' then moment() + $15 end
                from box b returning id)
            select id from sent, atum.enqueue_job('outbox.send', convert_to(
              jsonb_build_object('workspace_id', ctx_workspace(), 'outbox_id', sent.id)::text, 'UTF8'),
              $15, 'outbox:' || sent.id || ':0')""",
        mail.mailbox_id, mail.kind, mail.sender_name, mail.recipients, mail.cc, subject, text,
        mail.ticket_id, mail.message_id, mail_id, token, mail.references or None, mail.in_reply_to, html,
        timedelta(seconds=mail.hold_seconds),
    )  # fmt: skip


async def find_ticket_number(view: View, ticket_id: int) -> int | None:
    """Return a ticket's number."""
    return await view.fetchval("select number from tickets where id = $1", ticket_id)


async def list_items(
    view: View, state: str | None, before: int | None, limit: int
) -> list[OutboxItem]:
    """Return mails of the outbox, newest first, below an id, at most `limit`."""
    rows = await view.fetch(
        f"""{ITEM} where o.workspace_id = ctx_workspace() and ($2::bigint is null or o.id < $2)
             and ($1::text is null or o.state = case $1 when 'held' then 'queued' else $1 end)
             and ($1::text is null or $1 = {SHOWN_STATE})
           order by o.id desc limit $3""",
        state, before, limit,
    )  # fmt: skip
    return [_item(row) for row in rows]


async def count_states(view: View) -> dict[str, int]:
    """Return how many mails are in each stored state, each counted up to the cap."""
    rows = await view.fetch(
        """select s.state, (select count(*) from (select from outbox o where o.workspace_id = ctx_workspace()
                             and o.state = s.state limit $1) c) as mails
             from unnest(array['queued', 'sending', 'sent', 'failed', 'unknown', 'cancelled']) as s(state)""",
        COUNT_CAP,
    )
    return {row["state"]: row["mails"] for row in rows}


async def get_item(view: View, outbox_id: int) -> OutboxItem:
    """Return one mail as lists show it. Raises OutboxMailNotFound."""
    row = await view.fetchrow(ITEM + " where o.id = $1", outbox_id)
    if row is None:
        raise OutboxMailNotFound
    return _item(row)


async def get_content(view: View, outbox_id: int) -> ClaimedMail:
    """Return what one mail carries. Raises OutboxMailNotFound."""
    row = await view.fetchrow(f"select {CLAIMED} from outbox where id = $1", outbox_id)
    if row is None:
        raise OutboxMailNotFound
    return msgspec.convert(dict(row), ClaimedMail)


async def lock_state(work: Work, outbox_id: int) -> str:
    """Lock a mail and return its stored state. Raises OutboxMailNotFound."""
    state = await work.fetchval("select state from outbox where id = $1 for update", outbox_id)
    if state is None:
        raise OutboxMailNotFound
    return state


async def requeue(work: Work, outbox_id: int) -> int:
    """Let a mail wait for its next attempt at once; return how often it was tried."""
    return await work.fetchval(
        """update outbox set state = 'queued', next_attempt_at = null, held_until = null, claimed_at = null
            where id = $1 returning attempts""",
        outbox_id,
    )


async def cancel(work: Work, outbox_id: int) -> None:
    """Mark a waiting mail cancelled."""
    await work.execute("update outbox set state = 'cancelled' where id = $1", outbox_id)


async def claim(work: Work, outbox_id: int) -> ClaimedMail | None:
    """Take a mail that is due for sending; None when it is not (cancelled, held, taken, gone)."""
    row = await work.fetchrow(
        f"""update outbox set state = 'sending', attempts = attempts + 1, claimed_at = moment()
             where id = $1 and state = 'queued' and coalesce(held_until, created_at) <= moment()
               and coalesce(next_attempt_at, created_at) <= moment()
         returning ticket_id, {CLAIMED}""",
        outbox_id,
    )
    if row is None:
        return None
    work.ticket_id = row["ticket_id"]
    return msgspec.convert(dict(row), ClaimedMail)


async def list_files(view: View, message_id: int) -> list[MailFile]:
    """Return the files of the message that a mail carries."""
    rows = await view.fetch(
        "select id, filename, mime_type, sha256, inline from attachments where message_id = $1 order by id",
        message_id,
    )
    return [msgspec.convert(dict(row), MailFile) for row in rows]


async def settle(
    work: Work,
    outbox_id: int,
    attempts: int,
    state: str,
    words: str | None,
    next_attempt_at: datetime | None,
) -> bool:
    """Write what became of an attempt, if the row is still that attempt's; tell whether it was."""
    row = await work.fetchrow(
        """update outbox set state = $3, last_error = $4, next_attempt_at = $5, claimed_at = null,
                  sent_at = case when $3 = 'sent' then moment() end
            where id = $1 and attempts = $2 and state in ('sending', 'unknown') returning ticket_id""",
        outbox_id, attempts, state, words, next_attempt_at,
    )  # fmt: skip
    if row:
        work.ticket_id = row["ticket_id"]
    return row is not None


async def list_due(connection: asyncpg.Connection, limit: int) -> list[QueuedMail]:
    """Return due mails of every workspace (a door; the connection need not have entered)."""
    rows = await connection.fetch("select * from due_outbox($1)", limit)
    return [QueuedMail(*row) for row in rows]


async def list_lost(
    connection: asyncpg.Connection, lease: timedelta, limit: int
) -> list[QueuedMail]:
    """Return mails whose sender did not report back within its lease, of every workspace (a door)."""
    rows = await connection.fetch("select * from lost_outbox($1, $2)", lease, limit)
    return [QueuedMail(*row) for row in rows]


async def enqueue_send(connection: asyncpg.Connection, mail: QueuedMail) -> None:
    """Enqueue the job of a due mail unless one waits already (a door)."""
    payload = msgspec.json.encode({"workspace_id": mail.workspace_id, "outbox_id": mail.outbox_id})
    await connection.execute(
        "select enqueue_job('outbox.send', $1, interval '0', $2)",
        payload, send_key(mail.outbox_id, mail.attempts),
    )  # fmt: skip


def send_key(outbox_id: int, attempts: int) -> str:
    """Return the key under which one attempt's job waits at most once."""
    return f"outbox:{outbox_id}:{attempts}"


async def mails_that_left(view: View, change_id: int) -> list[int]:
    """Return the outbox ids of a change whose mail left the house or may have: they cannot be undone."""
    rows = await view.fetch(
        """select o.id from row_changes r join outbox o on o.id = r.row_id
            where r.change_id = $1 and r.table_name = 'outbox' and r.operation = 'I'
              and o.state in ('sending', 'sent', 'unknown') order by o.id""",
        change_id,
    )
    return [row["id"] for row in rows]


async def fail_bounced_mail(work: Work, outbox_id: int, words: str) -> bool:
    """Mark a mail that came back as failed, with the report's words; tell whether it was marked."""
    found = await work.fetchval(
        """update outbox set state = 'failed', last_error = $2
            where id = $1 and state in ('sent', 'unknown') returning id""",
        outbox_id, words[:2000],
    )  # fmt: skip
    return found is not None


def _item(row: asyncpg.Record) -> OutboxItem:
    values: dict[str, Any] = {**row, "from": row["sender"]}
    values.pop("sender")
    return msgspec.convert(values, OutboxItem)
