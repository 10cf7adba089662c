"""All SQL of this slice: how full the queues are, each number up to a bound."""

from __future__ import annotations

from typing import Any

import asyncpg
import msgspec

from atum_desk.kernel.db import View
from atum_desk.operations.models import JobQueue, OutboxQueue

OUTBOX_CAP = 1_000
JOBS_CAP = 10_000
MOST_WORKSPACES = 100


async def list_workspaces(connection: asyncpg.Connection) -> list[int]:
    """Return the ids of all workspaces (a door; the connection need not have entered)."""
    rows = await connection.fetch("select * from all_workspaces() limit $1", MOST_WORKSPACES)
    return [row["workspace_id"] for row in rows]


async def count_outbox(view: View) -> OutboxQueue:
    """Return how many mails of the workspace are on their way or stuck, each up to the cap."""
    rows = await view.fetch(
        """select s.state, (select count(*) from (select from outbox o where o.workspace_id = ctx_workspace()
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
