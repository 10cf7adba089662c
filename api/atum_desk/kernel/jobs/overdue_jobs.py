"""How much of one kind of job waits for a worker."""

from __future__ import annotations

from typing import Any

import asyncpg

from atum_desk.kernel.jobs.job_types import JobType


async def count_overdue(connection: asyncpg.Connection, job: JobType[Any], most: int) -> int:
    """Return how many due jobs of a kind no worker has picked, counted up to `most`.

    `connection` is one of the worker role; it need not have entered. What is put off to a later
    time does not count.
    """
    return (
        await connection.fetchval(
            """select count(*)::int from (
             select from jobs.pgqueuer where entrypoint = $1 and status = 'queued'
                and execute_after <= clock_timestamp() limit $2) j""",
            job.name,
            most,
        )
        or 0
    )
