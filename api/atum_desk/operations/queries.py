"""All SQL of this slice: how full the queues are, each number up to a bound."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import asyncpg
import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.operations.models import JobQueue, OutboxQueue

OUTBOX_CAP = 1_000
JOBS_CAP = 10_000
CANARY_AGENT = "atum-desk canary"


async def count_outbox(transaction: ReadTransaction) -> OutboxQueue:
    """Return how many mails of the workspace are on their way or stuck, each up to the cap."""
    rows = await transaction.fetch(
        """select s.state, (select count(*) from (select from outbox o where o.workspace_id = (select ctx_workspace())
                             and o.state = s.state limit $1) c) as mails
             from unnest(array['queued', 'sending', 'failed', 'unknown']) as s(state)""",
        OUTBOX_CAP,
    )
    return msgspec.convert({row["state"]: row["mails"] for row in rows}, OutboxQueue)


async def count_jobs(connection: asyncpg.Connection) -> JobQueue:
    """Return how many jobs there are of each kind, and how long the oldest due one has waited."""
    row: Any = await connection.fetchrow(
        """select count(*) filter (where status = 'queued' and execute_after <= now()) as waiting,
                  count(*) filter (where status = 'queued' and execute_after > now()) as planned,
                  count(*) filter (where status = 'picked') as running,
                  count(*) filter (where status = 'failed') as failed,
                  extract(epoch from now() - min(execute_after)
                    filter (where status = 'queued' and execute_after <= now()))::float8 as oldest_waiting_seconds
             from (select status, execute_after from jobs.pgqueuer limit $1) q""",
        JOBS_CAP,
    )
    return JobQueue(**row)


class PrivateTicket(msgspec.Struct, frozen=True):
    """A ticket, and a contact whom it does not concern."""

    number: int
    foreign_id: int | None


async def find_private_ticket(transaction: ReadTransaction) -> PrivateTicket | None:
    """Return the newest ticket of the workspace, None when there is none."""
    row = await transaction.fetchrow(
        """with t as (select id, number, requester_id, organization_id from tickets
                       where workspace_id = (select ctx_workspace()) order by id desc limit 1)
           select t.number, (select p.id from people p
                  where p.workspace_id = (select ctx_workspace()) and p.kind = 'contact' and p.active
                    and p.id <> t.requester_id
                    and not p.organization_manager
                    and not exists (select from organizations o where o.id = p.organization_id and o.shares_tickets)
                    and not exists (select from participants c where c.ticket_id = t.id and c.person_id = p.id)
                  limit 1) as foreign_id
             from t"""
    )
    return PrivateTicket(**row) if row else None


async def find_any_staff(transaction: ReadTransaction) -> int | None:
    """Return somebody of the staff."""
    return await transaction.fetchval(
        """select min(id) from people where workspace_id = (select ctx_workspace()) and kind = 'staff' and active"""
    )


async def insert_canary_session(
    transaction: ReadTransaction, person_id: int, audience: str, token_hash: bytes, lifetime: timedelta
) -> None:
    """Insert a session for the probes, past everything that would write a change."""
    await transaction.execute(
        """insert into sessions (workspace_id, person_id, audience, kind, token_hash, user_agent, expires_at)
           values (ctx_workspace(), $1, $2, 'token', $3, $5, moment() + $4)""",
        person_id,
        audience,
        token_hash,
        lifetime,
        CANARY_AGENT,
    )


async def delete_canary_sessions(transaction: ReadTransaction) -> None:
    """Remove the keys of the last time."""
    await transaction.execute(
        "delete from sessions where workspace_id = (select ctx_workspace()) and user_agent = $1", CANARY_AGENT
    )
