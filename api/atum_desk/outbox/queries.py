"""All SQL of the outbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Literal

import asyncpg
import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.kernel.notices import Sayable, kept, notice_beside
from atum_desk.outbox.models import (
    MAIL_STATES,
    ClaimedMail,
    DeliveryReport,
    LockedMail,
    MailFile,
    MailState,
    OutboxItem,
    OutgoingMail,
    QueuedMail,
    Route,
    SentMail,
    WrittenMail,
)
from atum_desk.outbox.problems import OutboxMailNotFound
from atum_desk.outbox.relays.status_codes import meaning_of

COUNT_CAP = 1000
DUE = """o.state in ('held', 'queued') and coalesce(o.held_until, '-infinity') <= moment()
    and coalesce(o.next_attempt_at, '-infinity') <= moment()"""

ITEM = f"""
    select o.id, o.state, o.kind, o.sender, o.recipients as to, o.cc, o.bcc, o.subject,
           (select t.number from tickets t where t.id = o.ticket_id) as ticket_number, o.message_id,
           o.created_at, o.held_until, o.send_at, o.next_attempt_at, o.sent_at, o.attempts, o.last_error,
           {notice_beside("o.last_error", "o.last_error_notice")} as last_error_notice, o.status_code,
           o.reports, o.version
      from outbox o"""
CLAIMED = """id, kind, message_id, mail_message_id, envelope_from, sender, recipients, cc, bcc, reply_to, subject,
    in_reply_to, mail_references, text, html, plain_text, attempts, created_at, notified_id, conversation_id"""


async def find_ticket_number(transaction: ReadTransaction, ticket_id: int) -> int | None:
    """Return a ticket's number."""
    return await transaction.fetchval("select number from tickets where id = $1", ticket_id)


async def list_items(
    transaction: ReadTransaction, state: str | None, before: int | None, limit: int
) -> list[OutboxItem]:
    """Return mails of the outbox, newest first, below an id, at most `limit`."""
    rows = await transaction.fetch(
        f"""{ITEM} where o.workspace_id = (select ctx_workspace()) and ($2::bigint is null or o.id < $2)
             and ($1::text is null or o.state = $1) order by o.id desc limit $3""",
        state,
        before,
        limit,
    )
    return [_item(row) for row in rows]


async def count_states(transaction: ReadTransaction) -> dict[str, int]:
    """Return how many mails are in each state, each counted up to the cap."""
    rows = await transaction.fetch(
        """select s.state, (select count(*) from (select from outbox o where o.workspace_id = (select ctx_workspace())
                             and o.state = s.state limit $1) c) as mails
             from unnest($2::text[]) as s(state)""",
        COUNT_CAP,
        list(MAIL_STATES),
    )
    return {row["state"]: row["mails"] for row in rows}


async def get_item(transaction: ReadTransaction, outbox_id: int) -> OutboxItem:
    """Return one mail as lists show it. Raises OutboxMailNotFound."""
    row = await transaction.fetchrow(ITEM + " where o.id = $1", outbox_id)
    if row is None:
        raise OutboxMailNotFound
    return _item(row)


async def get_content(transaction: ReadTransaction, outbox_id: int) -> ClaimedMail:
    """Return what one mail carries. Raises OutboxMailNotFound."""
    row = await transaction.fetchrow(f"select {CLAIMED} from outbox where id = $1", outbox_id)
    if row is None:
        raise OutboxMailNotFound
    return msgspec.convert(dict(row), ClaimedMail)


async def lock_mail(work: UnitOfWork, outbox_id: int) -> LockedMail:
    """Lock a mail, and say whose message it carries. Raises OutboxMailNotFound."""
    return await _lock(work, "id", outbox_id)


async def lock_mail_of(work: UnitOfWork, message_id: int) -> LockedMail:
    """Lock the mail that carries a message. Raises OutboxMailNotFound."""
    return await _lock(work, "message_id", message_id)


async def _lock(work: UnitOfWork, column: str, value: int) -> LockedMail:
    row = await work.fetchrow(
        f"""select id, state, version, attempts, ticket_id, message_id, held_until, send_at, recipients, cc, bcc,
                   plain_text, quoted_messages,
                   (select m.author_id from messages m where m.id = o.message_id) as author_id
              from outbox o where {column} = $1 order by id limit 1 for update""",
        value,
    )
    if row is None:
        raise OutboxMailNotFound
    return msgspec.convert(dict(row), LockedMail)


async def move(work: UnitOfWork, mail: LockedMail, state: MailState) -> None:
    """Let a person move a mail to a state; what was to come of it, and the last answer, are forgotten.

    A mail that is `queued` may leave at once.
    """
    await work.execute(
        """update outbox set state = $2, last_error = null, last_error_notice = null, status_code = null,
                  next_attempt_at = null, held_until = null, send_at = null, claimed_at = null,
                  sent_at = case when $2 = 'delivered' then coalesce(sent_at, attempted_at) else sent_at end
            where id = $1""",
        mail.id,
        state,
    )
    await show_message(work, mail.message_id, None if state != "cancelled" else "infinity")


async def hold(work: UnitOfWork, mail: LockedMail, seconds: float, send_at: datetime | None) -> None:
    """Let a waiting mail wait so many seconds, and not leave before `send_at`."""
    until = await work.fetchval(
        """update outbox set held_until = h.until, send_at = $3, next_attempt_at = null,
                  state = case when h.until is null then 'queued' else 'held' end
             from (select greatest(case when $2 > interval '0' then moment() + $2 end, $3::timestamptz) as until) h
            where id = $1 returning held_until""",
        mail.id,
        timedelta(seconds=seconds),
        send_at,
    )
    await show_message(work, mail.message_id, until)


async def show_message(work: UnitOfWork, message_id: int | None, at: datetime | Literal["infinity"] | None) -> None:
    """Let a message be seen by its requester from a moment on; None: now."""
    if message_id is not None:
        moment = "infinity" if at == "infinity" else at.isoformat() if at else None
        await work.execute(
            """update messages set shown_at = $2::text::timestamptz
                where id = $1 and shown_at is distinct from $2::text::timestamptz""",
            message_id,
            moment,
        )


async def rewrite(work: UnitOfWork, outbox_id: int, mail: OutgoingMail, written: WrittenMail) -> None:
    """Replace what a waiting mail says and to whom it goes; its kind of body stays."""
    await work.execute(
        """update outbox set sender = jsonb_set(sender, '{name}', to_jsonb($2::text)), subject = $3,
                  text = case when plain_text then $9 else $4 end, html = $5, recipients = $6, cc = $7, bcc = $8,
                  quoted_messages = $10
            where id = $1""",
        outbox_id,
        written.sender,
        written.subject,
        written.text,
        written.html,
        mail.recipients,
        mail.cc,
        mail.bcc,
        written.plain,
        mail.quoted_messages,
    )


async def find_route(transaction: ReadTransaction, outbox_id: int) -> Route | None:
    """Return what a waiting mail that is due travels by; None when it is not due."""
    row = await transaction.fetchrow(
        f"""select o.mailbox_id, s.host, s.port, s.security, s.username, s.password, s.max_per_minute,
                   coalesce(s.ask_delivery, false) as ask_delivery,
                   l.relay as known_relay, l.max_bytes as known_max_bytes
              from outbox o left join mailbox_sending s on s.mailbox_id = o.mailbox_id
              left join relay_limits l on l.mailbox_id = o.mailbox_id
             where o.id = $1 and {DUE}""",
        outbox_id,
    )
    return Route(**row) if row else None


async def release(work: UnitOfWork, outbox_id: int) -> bool:
    """Let a held mail wait for a relay once its time has come; tell whether it was moved."""
    return (
        await work.fetchval(
            f"update outbox o set state = 'queued' where o.id = $1 and o.state = 'held' and {DUE} returning true",
            outbox_id,
        )
        or False
    )


async def seconds_until_room(work: UnitOfWork, mailbox_id: int, most: int) -> float:
    """Return how long a mailbox must wait before it sends more than `most` mails in a minute; 0: not.

    Holds a lock until the work ends, so that two workers do not both take the last place.
    """
    await work.execute("select pg_advisory_xact_lock(hashtextextended('rate:' || $1, 0))", str(mailbox_id))
    return (
        await work.fetchval(
            """select coalesce(extract(epoch from min(a.attempted_at) + interval '1 minute' - moment()), 0)::float8
             from (select attempted_at from outbox
                    where mailbox_id = $1 and attempted_at > moment() - interval '1 minute'
                    order by attempted_at desc limit $2) a having count(*) >= $2""",
            mailbox_id,
            most,
        )
        or 0.0
    )


async def find_mailbox(work: UnitOfWork, outbox_id: int) -> int | None:
    """Return the mailbox a mail leaves from."""
    return await work.fetchval("select mailbox_id from outbox where id = $1", outbox_id)


async def claim(work: UnitOfWork, outbox_id: int, return_path: Callable[[str, int | None], str]) -> ClaimedMail | None:
    """Take a mail that is due for sending; None when it is not (cancelled, held, taken, gone).

    `return_path` signs the envelope sender from the mailbox's address and the ticket, None for a mail of a
    conversation: what a program sends there must not become an answer on the ticket.
    """
    due = await work.fetchrow(
        f"""select o.ticket_id, b.address, o.conversation_id from outbox o join mailboxes b on b.id = o.mailbox_id
             where o.id = $1 and {DUE} for update of o""",
        outbox_id,
    )
    if due is None:
        return None
    row = await work.fetchrow(
        f"""update outbox set state = 'sending', attempts = attempts + 1, claimed_at = moment(),
                   attempted_at = moment(), envelope_from = $2
             where id = $1 returning {CLAIMED}""",
        outbox_id,
        return_path(due["address"], None if due["conversation_id"] else due["ticket_id"]),
    )
    assert row is not None
    work.ticket_id = due["ticket_id"]
    return msgspec.convert(dict(row), ClaimedMail)


async def list_files(transaction: ReadTransaction, message_id: int) -> list[MailFile]:
    """Return the files of the message that a mail carries."""
    rows = await transaction.fetch(
        "select id, filename, mime_type, sha256, inline from attachments where message_id = $1 order by id", message_id
    )
    return [msgspec.convert(dict(row), MailFile) for row in rows]


async def settle(
    work: UnitOfWork,
    mail: ClaimedMail | QueuedMail,
    state: str,
    *,
    notice: Sayable | None = None,
    status: str | None = None,
    next_attempt_at: datetime | None = None,
) -> bool:
    """Write what became of an attempt, if the row is still that attempt's; tell whether it was."""
    outbox_id = mail.id if isinstance(mail, ClaimedMail) else mail.outbox_id
    words, ref = kept(notice)
    row = await work.fetchrow(
        """update outbox set state = $3, last_error = $4, last_error_notice = $7, status_code = $5,
                  next_attempt_at = $6, claimed_at = null,
                  sent_at = case when $3 = 'sent' then moment() end
            where id = $1 and attempts = $2 and state in ('sending', 'unknown') and state <> $3 returning ticket_id""",
        outbox_id,
        mail.attempts,
        state,
        words,
        status,
        next_attempt_at,
        ref,
    )
    if row:
        work.ticket_id = row["ticket_id"]
    return row is not None


async def list_due(connection: asyncpg.Connection, limit: int, with_fallback: bool) -> list[QueuedMail]:
    """Return due mails of every workspace that have a relay (a gate function; the connection need not have entered).

    `with_fallback`: there is a relay for mailboxes that have none of their own.
    """
    rows = await connection.fetch("select * from due_outbox($1, $2)", limit, with_fallback)
    return [QueuedMail(*row) for row in rows]


async def list_lost(connection: asyncpg.Connection, lease: timedelta, limit: int) -> list[QueuedMail]:
    """Return mails whose sender did not report back within its lease, of every workspace (a gate function)."""
    rows = await connection.fetch("select * from lost_outbox($1, $2)", lease, limit)
    return [QueuedMail(*row) for row in rows]


def send_key(outbox_id: int, attempts: int) -> str:
    """Return the key under which one attempt's job waits at most once."""
    return f"outbox:{outbox_id}:{attempts}"


async def mails_that_left(transaction: ReadTransaction, change_id: int) -> list[int]:
    """Return the outbox ids of a change that wrote a mail which left the desk or may have.

    What such a change wrote cannot be taken back any more.
    """
    rows = await transaction.fetch(
        """select distinct o.id from row_changes r join outbox o on o.id = r.row_id
            where r.change_id = $1 and r.table_name = 'outbox'
              and (r.operation = 'I' or r.new ?| '{text,html,recipients,cc,bcc}')
              and o.state in ('sending', 'sent', 'delivered', 'bounced', 'unknown') order by o.id""",
        change_id,
    )
    return [row["id"] for row in rows]


async def add_report(work: UnitOfWork, outbox_id: int, report: DeliveryReport) -> MailState | None:
    """Write what a delivery report says of a mail; return its state after it, None without such a mail.

    A failure makes it `bounced`; success for every recipient makes it `delivered`.
    """
    return await work.fetchval(
        """with given as (
             select o.id, coalesce((select jsonb_agg(r) from jsonb_array_elements(o.reports) r
                                     where r->>'recipient' <> ($2::jsonb)->>'recipient'), '[]') || $2::jsonb as reports,
                    (select count(distinct lower(p->>'address'))
                       from jsonb_array_elements(o.recipients || o.cc || o.bcc) p) as people
               from outbox o
              where o.id = $1 and o.state in ('sending', 'sent', 'delivered', 'bounced', 'unknown')
                -- a warning may come after the final word
                and not (($2::jsonb)->>'action' = 'delayed' and exists (
                  select from jsonb_array_elements(o.reports) r
                   where r->>'recipient' = ($2::jsonb)->>'recipient' and r->>'action' <> 'delayed'))
                for update),
           judged as (
             select g.*, exists (select from jsonb_array_elements(g.reports) r where r->>'action' = 'failed') as bad,
                    (select count(*) from jsonb_array_elements(g.reports) r
                      where r->>'action' = 'delivered') >= g.people as good
               from given g)
           update outbox o set reports = j.reports,
                  state = case when j.bad then 'bounced' when j.good and o.state <> 'bounced' then 'delivered'
                               else o.state end,
                  last_error = case when ($2::jsonb)->>'action' = 'failed' then ($2::jsonb)->>'words'
                                    else o.last_error end,
                  last_error_notice = case when ($2::jsonb)->>'action' = 'failed'
                                           then nullif(($2::jsonb)->'notice', 'null') else o.last_error_notice end,
                  status_code = case when ($2::jsonb)->>'action' = 'failed' then ($2::jsonb)->>'status'
                                     else o.status_code end
             from judged j where o.id = j.id returning o.state""",
        outbox_id,
        report,
    )


async def find_sent_mail(transaction: ReadTransaction, ticket_number: int, addresses: list[str]) -> SentMail | None:
    """Return the newest mail of a ticket, by number, that went to one of some addresses within thirty days."""
    row = await transaction.fetchrow(
        """select o.id, ticket_now(o.ticket_id) as ticket_id, o.conversation_id from tickets t
             join outbox o on o.ticket_id in (t.id, ticket_now(t.id))
            where t.workspace_id = (select ctx_workspace()) and t.number = $1
              and o.sent_at > moment() - interval '30 days'
              and exists (select from jsonb_array_elements(o.recipients || o.cc || o.bcc) p
                           where lower(p->>'address') = any($2))
            order by o.id desc limit 1""",
        ticket_number,
        [one.strip().lower() for one in addresses],
    )
    return SentMail(**row) if row else None


async def list_sent_mails(transaction: ReadTransaction, outbox_ids: list[int]) -> list[SentMail]:
    """Return the mails with some ids and the tickets that their messages are on now."""
    rows = await transaction.fetch(
        """select o.id, ticket_now(coalesce(m.ticket_id, o.ticket_id)) as ticket_id, o.conversation_id
             from outbox o left join messages m on m.id = o.message_id
            where o.workspace_id = (select ctx_workspace()) and o.id = any($1)""",
        outbox_ids,
    )
    return [SentMail(**row) for row in rows]


def _item(row: asyncpg.Record) -> OutboxItem:
    meaning = meaning_of(row["status_code"])
    values: dict[str, Any] = {**row, "from": row["sender"]}
    values |= {"meaning": meaning and meaning.text, "meaning_notice": meaning and meaning.ref}
    values.pop("sender")
    return msgspec.convert(values, OutboxItem)
