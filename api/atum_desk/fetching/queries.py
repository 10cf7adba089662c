"""All SQL of fetching."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

import asyncpg
import msgspec

from atum_desk.fetching.models import FetchedMailbox, FetchState, Leftover, LogLevel, LogLine, Progress, Source
from atum_desk.fetching.problems import MailboxNotFound
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.kernel.notices import Sayable, kept, notice_beside

LINES_KEPT = 500
KEPT = timedelta(days=30)
MOST_LEFTOVERS_SHOWN = 100


async def list_fetched(connection: asyncpg.Connection) -> list[FetchedMailbox]:
    """Return what is fetched, of every workspace (a gate function)."""
    rows = await connection.fetch("select workspace_id, mailbox_id, stamp, asked_at from atum.fetched_mailboxes()")
    return [FetchedMailbox(**row) for row in rows]


async def prune(connection: asyncpg.Connection) -> None:
    """Forget old log lines, consents and self-tests, of every workspace (a gate function)."""
    await connection.execute("select atum.prune_fetching($1)", KEPT)


async def find_source(transaction: ReadTransaction, mailbox_id: int) -> Source | None:
    """Return where a mailbox's mail is fetched from, secrets sealed; as the worker only."""
    row = await transaction.fetchrow(
        """select r.mailbox_id, b.address, r.host, r.port, r.security, r.username, r.sign_in, r.folder,
                  r.afterwards, r.move_to, r.existing, r.token_url, r.client_id, r.scope, r.password,
                  r.client_secret, s.refresh_token
             from mailbox_receiving r join mailboxes b on b.id = r.mailbox_id
             left join fetch_states s on s.mailbox_id = r.mailbox_id where r.mailbox_id = $1""",
        mailbox_id,
    )
    return Source(**row) if row else None


async def ensure_progress(transaction: ReadTransaction, mailbox_id: int) -> Progress:
    """Return how far a mailbox was read, beginning to count where nobody did."""
    row = await transaction.fetchone(
        """insert into fetch_states as s (workspace_id, mailbox_id) values (ctx_workspace(), $1)
           on conflict (mailbox_id) do update set state = s.state
           returning source, uid_validity, last_uid, settled_uid, begun_at, reread_until""",
        mailbox_id,
    )
    return Progress(**row)


async def begin(transaction: ReadTransaction, mailbox_id: int, progress: Progress) -> None:
    """Start to count anew; what an earlier numbering left over means nothing any more."""
    await transaction.execute(
        """update fetch_states set source = $2, uid_validity = $3, last_uid = $4, settled_uid = $5, begun_at = $6,
                  reread_until = $7 where mailbox_id = $1""",
        mailbox_id,
        progress.source,
        progress.uid_validity,
        progress.last_uid,
        progress.settled_uid,
        progress.begun_at,
        progress.reread_until,
    )
    await transaction.execute(
        "delete from fetch_leftovers where mailbox_id = $1 and uid_validity is distinct from $2",
        mailbox_id,
        progress.uid_validity,
    )


async def move_cursor(
    transaction: ReadTransaction, mailbox_id: int, progress: Progress, last_uid: int, *, settled: bool, fetched: int
) -> bool:
    """Move the cursor; false when another moved it meanwhile. `settled`: nothing is to be done after."""
    moved = await transaction.fetchval(
        """update fetch_states set last_uid = $4, settled_uid = case when $5 then $4 else settled_uid end,
                  fetched = fetched + $6, fetched_at = case when $6 > 0 then moment() else fetched_at end
            where mailbox_id = $1 and uid_validity = $2 and last_uid = $3 and source = $7 returning true""",
        mailbox_id,
        progress.uid_validity,
        progress.last_uid,
        last_uid,
        settled,
        fetched,
        progress.source,
    )
    return moved is True


async def note_settled(transaction: ReadTransaction, mailbox_id: int, settled_uid: int) -> None:
    """Note up to where mails were marked or moved on the server."""
    await transaction.execute(
        "update fetch_states set settled_uid = greatest(settled_uid, $2) where mailbox_id = $1", mailbox_id, settled_uid
    )


async def count_fetched(transaction: ReadTransaction, mailbox_id: int, fetched: int) -> None:
    """Count mails that came late."""
    await transaction.execute(
        "update fetch_states set fetched = fetched + $2, fetched_at = moment() where mailbox_id = $1",
        mailbox_id,
        fetched,
    )


async def list_known(
    transaction: ReadTransaction, dedupe_keys: list[bytes], sha256s: list[str], *, waiting: bool
) -> set[str]:
    """Return which of these mails were kept before, byte for byte; the i-th key belongs to the i-th hash.

    `waiting`: those that are not filed yet count, too; looking through them takes long in a flood.
    """
    rows = await transaction.fetch(
        """with waits as materialized (
             select sha256 from mails where $3 and workspace_id = ctx_workspace() and state = 'received')
           select g.sha256 from unnest($1::bytea[], $2::text[]) as g(dedupe_key, sha256)
            where exists (select from mails m where m.workspace_id = ctx_workspace() and m.dedupe_key = g.dedupe_key
                             and m.state in ('ticketed', 'appended') and m.sha256 = g.sha256)
               or exists (select from mails m where m.workspace_id = ctx_workspace() and m.dedupe_key = g.dedupe_key
                             and m.state in ('quarantined', 'refused') and m.sha256 = g.sha256)
               or g.sha256 in (select sha256 from waits)""",
        dedupe_keys,
        sha256s,
        waiting,
    )
    return {row["sha256"] for row in rows}


async def leave_over(
    transaction: ReadTransaction,
    mailbox_id: int,
    uid_validity: int,
    uid: int,
    size: int,
    reason: Sayable,
    delay: timedelta,
) -> None:
    """Note that a mail could not be taken, and when to try again: later at each time."""
    words, ref = kept(reason)
    await transaction.execute(
        """insert into fetch_leftovers as l (workspace_id, mailbox_id, uid_validity, uid, size, words, notice,
                                            next_attempt_at)
           values (ctx_workspace(), $1, $2, $3, $4, $5, $7, moment() + $6)
           on conflict (mailbox_id, uid_validity, uid) do update set words = excluded.words, notice = excluded.notice,
             attempts = l.attempts + 1,
             next_attempt_at = moment() + least($6 * 2 ^ least(l.attempts, 10), interval '1 day')""",
        mailbox_id,
        uid_validity,
        uid,
        size,
        words,
        delay,
        ref,
    )


async def forget_leftovers(transaction: ReadTransaction, mailbox_id: int, uid_validity: int, uids: list[int]) -> None:
    """Forget mails that were taken after all, or are gone from the server."""
    await transaction.execute(
        "delete from fetch_leftovers where mailbox_id = $1 and uid_validity = $2 and uid = any($3)",
        mailbox_id,
        uid_validity,
        uids,
    )


async def list_leftovers(transaction: ReadTransaction, mailbox_id: int) -> list[Leftover]:
    """Return what lies on the server and could not be taken, oldest first, at most 100."""
    rows = await transaction.fetch(
        f"""select uid, size, words, attempts, next_attempt_at, {notice_beside("words", "notice")} as notice
             from fetch_leftovers
            where mailbox_id = $1 order by id limit $2""",
        mailbox_id,
        MOST_LEFTOVERS_SHOWN,
    )
    return [msgspec.convert(dict(row), Leftover) for row in rows]


async def list_due(transaction: ReadTransaction, mailbox_id: int, uid_validity: int) -> list[tuple[int, int]]:
    """Return (UID, size) of leftovers that may be tried again."""
    rows = await transaction.fetch(
        """select uid, size from fetch_leftovers where mailbox_id = $1 and uid_validity = $2
              and next_attempt_at <= moment() order by next_attempt_at limit 50""",
        mailbox_id,
        uid_validity,
    )
    return [(row["uid"], row["size"]) for row in rows]


async def list_left(transaction: ReadTransaction, mailbox_id: int, uid_validity: int) -> set[int]:
    """Return the UIDs of all leftovers of a folder."""
    rows = await transaction.fetch(
        "select uid from fetch_leftovers where mailbox_id = $1 and uid_validity = $2", mailbox_id, uid_validity
    )
    return {row["uid"] for row in rows}


async def tell(transaction: ReadTransaction, mailbox_id: int, level: LogLevel, notice: Sayable) -> None:
    """Add a line to a mailbox's log, or renew the last one when it says the same."""
    words, ref = kept(notice)
    same = await transaction.fetchval(
        """update fetch_log set at = moment() where id = (select max(id) from fetch_log where mailbox_id = $1)
              and level = $2 and words = $3 returning id""",
        mailbox_id,
        level,
        words,
    )
    if same is None:
        await transaction.execute(
            """with gone as (delete from fetch_log where mailbox_id = $1 and id <= (
                    select id from fetch_log where mailbox_id = $1 order by id desc offset $4 limit 1))
               insert into fetch_log (workspace_id, mailbox_id, level, words, notice)
               values (ctx_workspace(), $1, $2, $3, $5)""",
            mailbox_id,
            level,
            words,
            LINES_KEPT - 1,
            ref,
        )


async def note_state(transaction: ReadTransaction, mailbox_id: int, state: str, notice: Sayable) -> None:
    """Note how fetching does; `since` moves only when that changed."""
    words, ref = kept(notice)
    await transaction.execute(
        """insert into fetch_states as s (workspace_id, mailbox_id, state, words, notice)
           values (ctx_workspace(), $1, $2, $3, $4)
           on conflict (mailbox_id) do update set state = $2, words = $3, notice = $4,
             since = case when s.state = $2 then s.since else moment() end""",
        mailbox_id,
        state,
        words,
        ref,
    )


async def note_look(transaction: ReadTransaction, mailbox_id: int) -> None:
    """Note that the folder was looked at up to its end."""
    await transaction.execute("update fetch_states set looked_at = moment() where mailbox_id = $1", mailbox_id)


async def keep_refresh_token(transaction: ReadTransaction, mailbox_id: int, sealed: bytes) -> None:
    """Keep what the provider gave in place of the last one."""
    await transaction.execute(
        """insert into fetch_states (workspace_id, mailbox_id, refresh_token) values (ctx_workspace(), $1, $2)
           on conflict (mailbox_id) do update set refresh_token = $2""",
        mailbox_id,
        sealed,
    )


async def ask(transaction: ReadTransaction, mailbox_id: int) -> None:
    """Ask the worker to look now, and to try leftovers again."""
    await transaction.execute(
        """insert into fetch_states (workspace_id, mailbox_id, asked_at) values (ctx_workspace(), $1, moment())
           on conflict (mailbox_id) do update set asked_at = moment()""",
        mailbox_id,
    )
    await transaction.execute("update fetch_leftovers set next_attempt_at = moment() where mailbox_id = $1", mailbox_id)


async def get_address(transaction: ReadTransaction, mailbox_id: int) -> str:
    """Return the address of a mailbox of a team in sight. Raises MailboxNotFound."""
    address = await transaction.fetchval(
        "select address from mailboxes where id = $1 and array_position(ctx_teams(), team_id) is not null", mailbox_id
    )
    if address is None:
        raise MailboxNotFound
    return address


RECEIVING = """mailbox_id, active, host, port, security, username, sign_in, folder, afterwards, move_to, existing,
    authorize_url, token_url, client_id, scope, consented_at, password is not null as has_password,
    client_secret is not null as has_client_secret, version"""


async def find_receiving(transaction: ReadTransaction, mailbox_id: int) -> dict[str, Any] | None:
    """Return a mailbox's settings of receiving without its secrets, as columns."""
    row = await transaction.fetchrow(f"select {RECEIVING} from mailbox_receiving where mailbox_id = $1", mailbox_id)
    return dict(row) if row else None


async def lock_receiving(work: UnitOfWork, mailbox_id: int) -> dict[str, Any] | None:
    """Return and lock a mailbox's settings of receiving, without its secrets."""
    row = await work.fetchrow(f"select {RECEIVING} from mailbox_receiving where mailbox_id = $1 for update", mailbox_id)
    return dict(row) if row else None


async def write_receiving(work: UnitOfWork, mailbox_id: int, values: dict[str, Any]) -> dict[str, Any]:
    """Write the settings in `values`, whose names are columns of ours, and return all of them."""
    names = list(values)
    columns = ", ".join(names)
    places = ", ".join(f"${n}" for n in range(2, len(names) + 2))
    changes = ", ".join(f"{name} = excluded.{name}" for name in names)
    row = await work.fetchone(
        f"""insert into mailbox_receiving (workspace_id, mailbox_id, {columns}) values (ctx_workspace(), $1, {places})
            on conflict (mailbox_id) do update set {changes} returning {RECEIVING}""",
        mailbox_id,
        *values.values(),
    )
    return dict(row)


async def note_consent(work: UnitOfWork, mailbox_id: int) -> None:
    """Note that somebody agreed at the provider just now; fetching begins anew with it."""
    await work.execute("update mailbox_receiving set consented_at = moment() where mailbox_id = $1", mailbox_id)


async def find_state(transaction: ReadTransaction, mailbox_id: int) -> FetchState | None:
    """Return how fetching does."""
    row = await transaction.fetchrow(
        f"""select state, words, {notice_beside("words", "notice")} as notice, since, looked_at, fetched_at, fetched,
                  (select count(*) from fetch_leftovers l where l.mailbox_id = s.mailbox_id) as leftovers
             from fetch_states s where mailbox_id = $1""",
        mailbox_id,
    )
    return msgspec.convert(dict(row), FetchState) if row else None


async def list_log(transaction: ReadTransaction, mailbox_id: int, before: int | None, limit: int) -> list[LogLine]:
    """Return a mailbox's log, newest first, below an id."""
    rows = await transaction.fetch(
        f"""select id, at, level, words, {notice_beside("words", "notice")} as notice from fetch_log
            where mailbox_id = $1 and ($2::bigint is null or id < $2)
            order by id desc limit $3""",
        mailbox_id,
        before,
        limit,
    )
    return [msgspec.convert(dict(row), LogLine) for row in rows]


async def add_consent(
    transaction: ReadTransaction, mailbox_id: int, person_id: int, state_hash: bytes, verifier: bytes, lasts: timedelta
) -> None:
    """Note that somebody is on their way to a provider."""
    await transaction.execute(
        """insert into oauth_consents (workspace_id, mailbox_id, person_id, state_hash, verifier, expires_at)
           values (ctx_workspace(), $1, $2, $3, $4, moment() + $5)""",
        mailbox_id,
        person_id,
        state_hash,
        verifier,
        lasts,
    )


async def take_consent(transaction: ReadTransaction, state_hash: bytes) -> tuple[int, bytes] | None:
    """Return (mailbox, sealed verifier) of whoever comes back in time, once."""
    row = await transaction.fetchrow(
        """delete from oauth_consents where state_hash = $1
           returning mailbox_id, verifier, expires_at > moment() as in_time""",
        state_hash,
    )
    return (row["mailbox_id"], row["verifier"]) if row and row["in_time"] else None


async def add_self_test(work: UnitOfWork, mailbox_id: int, outbox_id: int) -> int:
    """Note a mail that a mailbox wrote to itself."""
    return await work.fetchval(
        "insert into mail_trips (workspace_id, mailbox_id, outbox_id) values (ctx_workspace(), $1, $2) returning id",
        mailbox_id,
        outbox_id,
    )


async def find_self_test(transaction: ReadTransaction, mailbox_id: int) -> dict[str, Any] | None:
    """Return the last self-test with what the outbox and the received mail know of it."""
    row = await transaction.fetchrow(
        """select t.started_at, o.state, o.last_error, o.last_error_notice, o.attempts, o.sent_at,
                  m.id as mail_id, m.received_at
             from mail_trips t join outbox o on o.id = t.outbox_id
             left join lateral (select id, received_at from mails where workspace_id = ctx_workspace()
                                   and mail_message_id = o.mail_message_id order by id limit 1) m on true
            where t.mailbox_id = $1 order by t.id desc limit 1""",
        mailbox_id,
    )
    return dict(row) if row else None


async def get_moment(transaction: ReadTransaction) -> datetime:
    """Return the database's now."""
    return cast(datetime, await transaction.fetchval("select moment()"))


async def reword_leftover(
    transaction: ReadTransaction, mailbox_id: int, uid_validity: int, uid: int, reason: Sayable
) -> None:
    """Say anew why a mail could not be taken."""
    await transaction.execute(
        "update fetch_leftovers set words = $4, notice = $5 where mailbox_id = $1 and uid_validity = $2 and uid = $3",
        mailbox_id,
        uid_validity,
        uid,
        *kept(reason),
    )
