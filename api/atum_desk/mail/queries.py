"""All SQL of received mail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import asyncpg
import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.kernel.notices import Sayable, kept, notice_beside
from atum_desk.mail.feature import FILE_MAIL
from atum_desk.mail.models import (
    Cause,
    DayCount,
    Evidence,
    KeptMail,
    MailboxAudit,
    MailboxTarget,
    MailItem,
    MailRow,
    MailSource,
    MailState,
    OfferedMail,
    WaitingMail,
)
from atum_desk.mail.notices import DeletedFromQuarantine
from atum_desk.mail.problems import MailNotFound
from atum_desk.mime import PARSER_VERSION

COUNT_CAP = 1000


async def find_target(connection: asyncpg.Connection, address: str) -> MailboxTarget | None:
    """Return whose mailbox an address is (a gate function; the connection need not have entered)."""
    row = await connection.fetchrow("select workspace_id, mailbox_id from mailbox_of($1)", address)
    return MailboxTarget(*row) if row else None


async def insert_mails(work: UnitOfWork, mails: list[OfferedMail]) -> list[int]:
    """Keep mails of one workspace and enqueue their filing, in one statement; return their ids."""
    rows = await work.fetch(
        """with given as materialized (
             select nextval(pg_get_serial_sequence('mails', 'id')) as id, g.*
               from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::text[], $7::bytea[],
                           $8::text[], $9::text[])
                    with ordinality as g(mailbox_id, envelope_from, envelope_to, sha256, dedupe_key,
                                         mail_message_id, raw, peer, helo, place)),
           kept as (
             insert into mails (id, workspace_id, mailbox_id, envelope_from, envelope_to, size, sha256,
                                dedupe_key, mail_message_id, peer, helo)
             select id, ctx_workspace(), mailbox_id, envelope_from, string_to_array(envelope_to, E'\\n'),
                    length(raw), sha256, dedupe_key, mail_message_id, peer, helo from given order by place),
           sources as (
             insert into mail_sources (workspace_id, mail_id, raw) select ctx_workspace(), id, raw from given)
           select id, enqueue_workspace_job($10, jsonb_build_object('mail_id', id), '0', 'mail:' || id)
             from given order by place""",
        [mail.target.mailbox_id for mail in mails],
        [mail.envelope_from for mail in mails],
        ["\n".join(mail.envelope_to) for mail in mails],
        [mail.sha256 for mail in mails],
        [mail.dedupe_key for mail in mails],
        [mail.mail_message_id for mail in mails],
        [mail.raw for mail in mails],
        [mail.peer for mail in mails],
        [mail.helo for mail in mails],
        FILE_MAIL.name,
    )
    return [row["id"] for row in rows]


async def find_source(transaction: ReadTransaction, mail_id: int) -> MailSource | None:
    """Return a mail with its bytes."""
    row = await transaction.fetchrow(SOURCE + " where m.id = $1", mail_id)
    return MailSource(**row) if row else None


async def find_waiting(transaction: ReadTransaction, mail_ids: list[int], largest_bytes: int) -> dict[int, WaitingMail]:
    """Return mails by id, those up to a size with their bytes."""
    rows = await transaction.fetch(
        f"""select m.size, {SOURCE_COLUMNS}, case when m.size <= $2 then s.raw end as raw
              from mails m join mail_sources s on s.mail_id = m.id where m.id = any($1)""",
        mail_ids,
        largest_bytes,
    )
    found = {}
    for row in rows:
        fields = dict(row)
        size = fields.pop("size")
        source = MailSource(**fields) if fields["raw"] is not None else None
        found[row["id"]] = WaitingMail(row["id"], row["state"], size, source)
    return found


def locking_for_filing(mail_id: int, thread_keys: Iterable[int] = ()) -> str:
    """Return the statement that locks a mail, then everything that is the same message, then its threads.

    It runs in the message that opens the unit of work: the statement after it sees what it waited for.
    The locks are taken in the order of the list, and threads in that of their keys, so that no two mails
    wait for each other.
    """
    threads = "".join(f", pg_advisory_xact_lock({key:d})" for key in sorted(set(thread_keys)))
    return f"""with m as materialized (select dedupe_key from mails where id = {mail_id:d} for update)
        select pg_advisory_xact_lock(hashtextextended('mail:' || encode(m.dedupe_key, 'hex'), 0)){threads} from m"""


async def find_state(transaction: ReadTransaction, mail_id: int) -> MailState | None:
    """Return a mail's state."""
    return await transaction.fetchval("select state from mails where id = $1", mail_id)


async def is_participant(transaction: ReadTransaction, ticket_id: int, person_id: int) -> bool:
    """Tell whether a person asked on a ticket or is copied on it."""
    return (
        await transaction.fetchval(
            """select exists (select from tickets where id = $1 and requester_id = $2)
               or exists (select from participants where ticket_id = $1 and person_id = $2)""",
            ticket_id,
            person_id,
        )
        or False
    )


async def settle(
    work: UnitOfWork,
    mail_id: int,
    state: MailState,
    *,
    reason: Sayable | None = None,
    ticket_id: int | None = None,
    from_address: str | None = None,
    from_name: str | None = None,
    subject: str | None = None,
    mail_message_id: str | None = None,
    cause: Cause | None = None,
    evidence: Evidence | None = None,
    thread_key: str | None = None,
    thread_root: str | None = None,
) -> None:
    """Write what became of a mail and what lists show of it."""
    words, ref = kept(reason)
    await work.execute(
        """update mails set state = $2, reason = $3, reason_notice = $14, ticket_id = coalesce($4, ticket_id),
                  from_address = coalesce($5, from_address), from_name = coalesce($6, from_name),
                  subject = coalesce($7, subject), mail_message_id = coalesce($8, mail_message_id), cause = $9,
                  evidence = coalesce($10, evidence), thread_key = coalesce($11, thread_key), parser_version = $12,
                  thread_root = coalesce($13, thread_root)
            where id = $1""",
        mail_id,
        state,
        words,
        ticket_id,
        from_address,
        from_name,
        subject,
        mail_message_id,
        cause,
        evidence,
        thread_key,
        PARSER_VERSION,
        thread_root,
        ref,
    )


async def count_failure(work: UnitOfWork, mail_id: int) -> int | None:
    """Count a failed filing; return how many there were, None when the mail is settled already."""
    return await work.fetchval(
        "update mails set attempts = attempts + 1 where id = $1 and state = 'received' returning attempts", mail_id
    )


async def lock_mail(work: UnitOfWork, mail_id: int) -> KeptMail:
    """Lock a mail and return what commands decide by. Raises MailNotFound."""
    row = await work.fetchrow(
        """select id, state, cause, from_address, envelope_from, deleted_at is not null as deleted,
                  erased_at is not null as erased from mails where id = $1 for update""",
        mail_id,
    )
    if row is None:
        raise MailNotFound
    return KeptMail(**row)


async def reset(work: UnitOfWork, mail_id: int, *, released: bool = False) -> None:
    """Let a mail be filed anew, past the checks when a person released it."""
    await work.execute(
        """update mails set state = 'received', reason = null, reason_notice = null, cause = null,
                  attempts = 0, deleted_at = null,
                  released = released or $2 where id = $1""",
        mail_id,
        released,
    )


async def mark_deleted(work: UnitOfWork, mail_id: int) -> None:
    """Take a mail out of quarantine; its bytes stay."""
    await work.execute(
        """update mails set state = 'refused', reason = $2, reason_notice = $3, deleted_at = moment() where id = $1""",
        mail_id,
        *kept(DeletedFromQuarantine()),
    )


async def list_to_erase(connection: asyncpg.Connection, limit: int) -> list[tuple[int, int]]:
    """Return (workspace, mail) of deleted mail whose time has passed, of every workspace (a gate function)."""
    rows = await connection.fetch("select workspace_id, mail_id from mails_to_erase($1)", limit)
    return [tuple(row) for row in rows]


async def erase(work: UnitOfWork, mail_ids: list[int]) -> None:
    """Delete the bytes of deleted mails."""
    await work.execute(
        """delete from mail_sources where mail_id = any($1)
              and mail_id in (select id from mails where deleted_at is not null)""",
        mail_ids,
    )
    await work.execute("update mails set erased_at = moment() where id = any($1) and deleted_at is not null", mail_ids)


async def list_items(transaction: ReadTransaction, state: str | None, before: int | None, limit: int) -> list[MailItem]:
    """Return received mails, newest first, below an id, at most `limit`."""
    rows = await transaction.fetch(
        ITEM
        + """ where m.workspace_id = (select ctx_workspace()) and ($1::text is null or m.state = $1)
                     and ($2::bigint is null or m.id < $2) order by m.id desc limit $3""",
        state,
        before,
        limit,
    )
    return [_item(row) for row in rows]


async def get_item(transaction: ReadTransaction, mail_id: int) -> MailItem:
    """Return one mail as lists show it. Raises MailNotFound."""
    row = await transaction.fetchrow(ITEM + " where m.id = $1", mail_id)
    if row is None:
        raise MailNotFound
    return _item(row)


async def get_row(transaction: ReadTransaction, mail_id: int) -> MailRow:
    """Return a mail with all that is known of it. Raises MailNotFound."""
    item = await get_item(transaction, mail_id)
    row = await transaction.fetchone(
        """select envelope_from, envelope_to, peer, evidence, parser_version,
                  case when erased_at is null then size else 0 end as size from mails where id = $1""",
        mail_id,
    )
    return MailRow(item, **row)


async def get_beginning(transaction: ReadTransaction, mail_id: int, limit: int) -> bytes:
    """Return a mail's bytes up to a limit; none when they were erased."""
    found = await transaction.fetchval(
        "select substring(raw from 1 for $2) from mail_sources where mail_id = $1", mail_id, limit
    )
    return found or b""


async def count_states(transaction: ReadTransaction) -> dict[str, int]:
    """Return how many mails are in each state, each counted up to the cap."""
    rows = await transaction.fetch(
        """select s.state, (select count(*) from (select from mails m where m.workspace_id = (select ctx_workspace())
                             and m.state = s.state limit $1) c) as mails
             from unnest(array['received', 'ticketed', 'appended', 'quarantined', 'refused']) as s(state)""",
        COUNT_CAP,
    )
    return {row["state"]: row["mails"] for row in rows}


async def get_raw(transaction: ReadTransaction, mail_id: int) -> bytes:
    """Return a mail's bytes as they came. Raises MailNotFound."""
    raw = await transaction.fetchval("select raw from mail_sources where mail_id = $1", mail_id)
    if raw is None:
        raise MailNotFound
    return raw


async def audit(transaction: ReadTransaction) -> list[MailboxAudit]:
    """Return every mailbox's mails by state, counted exactly, against what the ledger saw come."""
    rows = await transaction.fetch(
        """select b.address as mailbox, sum(received)::bigint as received, sum(ticketed)::bigint as ticketed,
                  sum(appended)::bigint as appended, sum(quarantined)::bigint as quarantined,
                  sum(refused)::bigint as refused, sum(waiting)::bigint as waiting, sum(astray)::bigint as astray,
                  sum(without_bytes)::bigint as without_bytes
             from mail_law('-infinity', 0) l left join mailboxes b on b.id = l.mailbox_id
            group by b.address order by b.address nulls last"""
    )
    return [MailboxAudit(**row) for row in rows]


async def count_days(transaction: ReadTransaction, since: datetime) -> list[DayCount]:
    """Return the mails of each mailbox and day since a moment, the newest day first."""
    rows = await transaction.fetch(
        """select l.*, b.address as mailbox from mail_law($1, coalesce((select m.id from mails m
                   where m.workspace_id = (select ctx_workspace()) and m.received_at < $1
                   order by m.received_at desc limit 1), 0)) l
             left join mailboxes b on b.id = l.mailbox_id order by l.day desc, b.address nulls last""",
        since,
    )
    return [DayCount(**row) for row in rows]


async def list_stuck(connection: asyncpg.Connection, age: timedelta, limit: int) -> list[tuple[int, int, bool]]:
    """Return (workspace, mail, gave up) of mails that wait too long, of every workspace (a gate function)."""
    rows = await connection.fetch("select workspace_id, mail_id, gave_up from waiting_mails($1, $2)", age, limit)
    return [tuple(row) for row in rows]


def filing_key(mail_id: int, *, again: bool = False) -> str:
    """Return the key under which a mail's filing waits at most once.

    A retry has its own: the job that gave up may not have left the queue yet.
    """
    return f"mail:{mail_id}:again" if again else f"mail:{mail_id}"


SOURCE_COLUMNS = """m.id, m.state, m.mailbox_id, m.envelope_from, m.envelope_to, m.attempts, m.peer, m.helo,
                    m.released, m.received_at"""
SOURCE = f"select {SOURCE_COLUMNS}, s.raw from mails m join mail_sources s on s.mail_id = m.id"
ITEM = f"""
    select m.id, m.state, m.reason, {notice_beside("m.reason", "m.reason_notice")} as reason_notice, m.cause,
           m.deleted_at is not null as deleted, m.erased_at is not null as erased,
           b.address as mailbox,
           case when coalesce(m.from_name, '') = '' then coalesce(m.from_address, nullif(m.envelope_from, ''))
                else m.from_name || ' <' || m.from_address || '>' end as "from",
           m.subject, m.size, m.received_at, (select t.number from tickets t where t.id = m.ticket_id) as ticket_number
      from mails m left join mailboxes b on b.id = m.mailbox_id"""


def _item(row: asyncpg.Record) -> MailItem:
    return msgspec.convert(dict(row), MailItem)
