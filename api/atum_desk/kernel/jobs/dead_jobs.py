"""Jobs that failed for good: shown to people, who may have them tried again."""

from __future__ import annotations

from datetime import datetime

import asyncpg
import msgspec

from atum_desk.kernel.problems import NotFound


class DeadJobNotFound(NotFound):
    """There is no failed job {job_id}; it may have been tried again already."""

    code = "dead_job_not_found"


class DeadJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job that failed for good and what it last died of."""

    id: int
    name: str
    payload: bytes
    attempts: int
    created_at: datetime
    failed_at: datetime
    error: str | None


async def list_dead_jobs(
    connection: asyncpg.Connection, *, before_id: int | None = None, limit: int = 50
) -> list[DeadJob]:
    """Return failed jobs, the newest first; `connection` is one of the worker role."""
    rows = await connection.fetch(
        """select q.id, q.entrypoint as name, coalesce(q.payload, '') as payload, q.attempts,
                  q.created as created_at, q.updated as failed_at, l.error
             from jobs.pgqueuer q
             left join lateral (
                  select concat_ws(': ', traceback->>'exception_type', traceback->>'exception_message') as error
                    from jobs.pgqueuer_log where job_id = q.id and traceback is not null
                   order by created desc limit 1) l on true
            where q.status = 'failed' and ($1::bigint is null or q.id < $1)
            order by q.id desc limit $2""",
        before_id,
        limit,
    )
    return [DeadJob(**row) for row in rows]


async def requeue_job(connection: asyncpg.Connection, job_id: int) -> None:
    """Let a failed job start anew with all its attempts; raises DeadJobNotFound."""
    found = await connection.fetchval(
        """update jobs.pgqueuer q
              set status = 'queued', attempts = 0, execute_after = now(), updated = now(),
                  -- another with its key may wait by now; that one keeps it
                  dedupe_key = case when not exists (select from jobs.pgqueuer o where o.dedupe_key = q.dedupe_key
                                                        and o.status in ('queued', 'picked')) then dedupe_key end
            where id = $1 and status = 'failed' returning id""",
        job_id,
    )
    if found is None:
        raise DeadJobNotFound(job_id=job_id)
