"""All SQL of received mail."""

from __future__ import annotations

from datetime import timedelta

import asyncpg
import msgspec

from atum_desk.kernel.db import View, Work
from atum_desk.mail.models import (
    IncomingMail,
    MailboxAudit,
    MailboxTarget,
    MailFacts,
    MailItem,
    MailSource,
    MailState,
)
from atum_desk.mail.problems import MailNotFound

COUNT_CAP = 1000
REFERENCES_LOOKED_AT = 50


async def find_target(connection: asyncpg.Connection, address: str) -> MailboxTarget | None:
    """Return whose mailbox an address is (a door; the connection need not have entered)."""
    row = await connection.fetchrow("select workspace_id, mailbox_id from mailbox_of($1)", address)
    return MailboxTarget(*row) if row else None


async def insert_mails(work: Work, mails: list[IncomingMail]) -> list[int]:
    """Keep mails of one workspace and enqueue their filing, in one statement; return their ids."""
    rows = await work.fetch(
        """with given as materialized (
             select nextval(pg_get_serial_sequence('mails', 'id')) as id, g.*
               from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::text[], $7::bytea[])
                    with ordinality as g(mailbox_id, envelope_from, envelope_to, sha256, dedupe_key,
                                         mail_message_id, raw, place)),
           kept as (
             insert into mails (id, workspace_id, mailbox_id, envelope_from, envelope_to, size, sha256,
                                dedupe_key, mail_message_id)
             select id, ctx_workspace(), mailbox_id, envelope_from, string_to_array(envelope_to, E'\\n'),
                    length(raw), sha256, dedupe_key, mail_message_id from given order by place),
           sources as (
             insert into mail_sources (workspace_id, mail_id, raw) select ctx_workspace(), id, raw from given)
           select id, enqueue_job('mail.parse', convert_to(jsonb_build_object(
                    'workspace_id', ctx_workspace(), 'mail_id', id)::text, 'UTF8'), '0', 'mail:' || id)
             from given order by place""",
        [mail.target.mailbox_id for mail in mails],
        [mail.envelope_from for mail in mails],
        ["\n".join(mail.envelope_to) for mail in mails],
        [mail.sha256 for mail in mails],
        [mail.dedupe_key for mail in mails],
        [mail.mail_message_id for mail in mails],
        [mail.raw for mail in mails],
    )
    return [row["id"] for row in rows]


async def find_source(view: View, mail_id: int) -> MailSource | None:
    """Return a mail with its bytes."""
    row = await view.fetchrow(
        """select m.id, m.state, m.mailbox_id, m.envelope_from, m.envelope_to, m.attempts, s.raw
             from mails m join mail_sources s on s.mail_id = m.id where m.id = $1""",
        mail_id,
    )
    return MailSource(**row) if row else None


async def lock_for_filing(work: Work, mail_id: int) -> MailState | None:
    """Lock a mail and, after it, everything that is the same message; return its state."""
    return await work.fetchval(
        """with m as materialized (select state, dedupe_key from mails where id = $1 for update)
           select m.state from m, pg_advisory_xact_lock(hashtextextended('mail:' || encode(m.dedupe_key, 'hex'), 0))""",
        mail_id,
    )


async def get_facts(
    work: Work, mail_id: int, *, mail_message_id: str | None, references: list[str], signed_ticket_ids: list[int]
) -> MailFacts:  # fmt: skip
    """Return what the workspace knows about a mail. `references` are ids without brackets, nearest first."""
    row = await work.fetchrow(
        """with mine as (select dedupe_key from mails where id = $1),
                named as (
                  select o.ticket_id, o.id as outbox_id, r.place from unnest($3::text[]) with ordinality as r(id, place)
                    join outbox o on o.mail_message_id = r.id and o.workspace_id = ctx_workspace()
                  union all
                  select m.ticket_id, null, r.place from unnest($3::text[]) with ordinality as r(id, place)
                    join messages m on m.mail_message_id = r.id and m.workspace_id = ctx_workspace())
           select
             (select m.id from mails m, mine where m.workspace_id = ctx_workspace() and m.dedupe_key = mine.dedupe_key
                 and m.state in ('ticketed', 'appended') and m.id <> $1 limit 1) as duplicate_of_id,
             exists (select from outbox where mail_message_id = $2 and workspace_id = ctx_workspace()) as is_ours,
             array(select address from mailboxes where workspace_id = ctx_workspace()) as own_addresses,
             (select max(t.id) from tickets t where t.id = any($4::bigint[])) as signed_ticket_id,
             (select n.ticket_id from named n where n.ticket_id is not null
               order by n.place limit 1) as referenced_ticket_id,
             (select n.outbox_id from named n where n.outbox_id is not null
               order by n.place limit 1) as referenced_outbox_id,
             (select m.id from mails m where m.workspace_id = ctx_workspace() and m.state = 'received'
                 and m.mail_message_id = any($3::text[]) and m.id < $1 limit 1) as waiting_for_id,
             coalesce((select value = 'true'::jsonb from settings where workspace_id = ctx_workspace()
                          and name = 'mail.confirm_email_tickets'), false) as confirms_email_tickets""",
        mail_id, mail_message_id, references[:REFERENCES_LOOKED_AT], signed_ticket_ids,
    )  # fmt: skip
    assert row is not None
    return MailFacts(**row)


async def is_participant(view: View, ticket_id: int, person_id: int) -> bool:
    """Tell whether a person asked on a ticket or is copied on it."""
    return await view.fetchval(
        """select exists (select from tickets where id = $1 and requester_id = $2)
               or exists (select from participants where ticket_id = $1 and person_id = $2)""",
        ticket_id, person_id,
    ) or False  # fmt: skip


async def act_for(work: Work, person_id: int) -> None:
    """Let the rest of a unit of work count as a person's."""
    await work.execute("select set_config('atum.person', $1, true)", str(person_id))
    work.actor = msgspec.structs.replace(work.actor, person_id=person_id)


async def add_participants(work: Work, ticket_id: int, person_ids: list[int]) -> None:
    """Copy people on a ticket who are not on it yet."""
    await work.execute(
        """insert into participants (workspace_id, ticket_id, person_id)
           select ctx_workspace(), t.id, u from tickets t, unnest($2::bigint[]) u
            where t.id = $1 and u <> t.requester_id order by u on conflict (ticket_id, person_id) do nothing""",
        ticket_id, person_ids,
    )  # fmt: skip


async def settle(
    work: Work, mail_id: int, state: MailState, *, reason: str | None = None, ticket_id: int | None = None,
    from_address: str | None = None, from_name: str | None = None, subject: str | None = None,
    mail_message_id: str | None = None,
) -> None:  # fmt: skip
    """Write what became of a mail and what lists show of it."""
    await work.execute(
        """update mails set state = $2, reason = $3, ticket_id = coalesce($4, ticket_id),
                  from_address = coalesce($5, from_address), from_name = coalesce($6, from_name),
                  subject = coalesce($7, subject), mail_message_id = coalesce($8, mail_message_id)
            where id = $1""",
        mail_id, state, reason, ticket_id, from_address, from_name, subject, mail_message_id,
    )  # fmt: skip


async def count_failure(work: Work, mail_id: int) -> int | None:
    """Count a failed filing; return how many there were, None when the mail is settled already."""
    return await work.fetchval(
        "update mails set attempts = attempts + 1 where id = $1 and state = 'received' returning attempts",
        mail_id,
    )


async def lock_state(work: Work, mail_id: int) -> MailState:
    """Lock a mail and return its state. Raises MailNotFound."""
    state = await work.fetchval("select state from mails where id = $1 for update", mail_id)
    if state is None:
        raise MailNotFound
    return state


async def reset(work: Work, mail_id: int) -> None:
    """Let a mail be filed anew."""
    await work.execute(
        "update mails set state = 'received', reason = null, attempts = 0 where id = $1", mail_id
    )


async def list_items(
    view: View, state: str | None, before: int | None, limit: int
) -> list[MailItem]:
    """Return received mails, newest first, below an id, at most `limit`."""
    rows = await view.fetch(
        ITEM + """ where m.workspace_id = ctx_workspace() and ($1::text is null or m.state = $1)
                     and ($2::bigint is null or m.id < $2) order by m.id desc limit $3""",
        state, before, limit,
    )  # fmt: skip
    return [_item(row) for row in rows]


async def get_item(view: View, mail_id: int) -> MailItem:
    """Return one mail as lists show it. Raises MailNotFound."""
    row = await view.fetchrow(ITEM + " where m.id = $1", mail_id)
    if row is None:
        raise MailNotFound
    return _item(row)


async def count_states(view: View) -> dict[str, int]:
    """Return how many mails are in each state, each counted up to the cap."""
    rows = await view.fetch(
        """select s.state, (select count(*) from (select from mails m where m.workspace_id = ctx_workspace()
                             and m.state = s.state limit $1) c) as mails
             from unnest(array['received', 'ticketed', 'appended', 'quarantined', 'refused']) as s(state)""",
        COUNT_CAP,
    )
    return {row["state"]: row["mails"] for row in rows}


async def get_raw(view: View, mail_id: int) -> bytes:
    """Return a mail's bytes as they came. Raises MailNotFound."""
    raw = await view.fetchval("select raw from mail_sources where mail_id = $1", mail_id)
    if raw is None:
        raise MailNotFound
    return raw


async def audit(view: View) -> list[MailboxAudit]:
    """Return every mailbox's mails by state, counted exactly."""
    rows = await view.fetch(
        """select b.address as mailbox, count(*) as received,
                  count(*) filter (where m.state = 'ticketed') as ticketed,
                  count(*) filter (where m.state = 'appended') as appended,
                  count(*) filter (where m.state = 'quarantined') as quarantined,
                  count(*) filter (where m.state = 'refused') as refused,
                  count(*) filter (where m.state = 'received') as waiting,
                  count(*) filter (where m.state in ('ticketed', 'appended') and coalesce(f.messages, 0) <> 1) as astray
             from mails m left join mailboxes b on b.id = m.mailbox_id
             left join (select mail_id, count(*) as messages from messages
                         where workspace_id = ctx_workspace() and mail_id is not null group by mail_id) f
                    on f.mail_id = m.id
            where m.workspace_id = ctx_workspace() group by b.address order by b.address nulls last"""
    )
    return [MailboxAudit(**row) for row in rows]


async def list_stuck(
    connection: asyncpg.Connection, age: timedelta, limit: int
) -> list[tuple[int, int, bool]]:
    """Return (workspace, mail, gave up) of mails that wait too long, of every workspace (a door)."""
    rows = await connection.fetch(
        "select workspace_id, mail_id, gave_up from waiting_mails($1, $2)", age, limit
    )
    return [tuple(row) for row in rows]


async def enqueue_filing(connection: asyncpg.Connection, workspace_id: int, mail_id: int) -> None:
    """Enqueue the filing of a mail unless it waits already (a door)."""
    payload = msgspec.json.encode({"workspace_id": workspace_id, "mail_id": mail_id})
    await connection.execute(
        "select enqueue_job('mail.parse', $1, interval '0', $2)", payload, filing_key(mail_id)
    )


def filing_key(mail_id: int, *, again: bool = False) -> str:
    """Return the key under which a mail's filing waits at most once.

    A retry has its own: the job that gave up may not have left the queue yet.
    """
    return f"mail:{mail_id}:again" if again else f"mail:{mail_id}"


ITEM = """
    select m.id, m.state, m.reason, b.address as mailbox,
           case when coalesce(m.from_name, '') = '' then coalesce(m.from_address, nullif(m.envelope_from, ''))
                else m.from_name || ' <' || m.from_address || '>' end as "from",
           m.subject, m.size, m.received_at, (select t.number from tickets t where t.id = m.ticket_id) as ticket_number
      from mails m left join mailboxes b on b.id = m.mailbox_id"""


def _item(row: asyncpg.Record) -> MailItem:
    return msgspec.convert(dict(row), MailItem)
