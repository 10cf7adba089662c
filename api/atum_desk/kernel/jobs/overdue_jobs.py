"""How much of one kind of job waits for a worker."""

from __future__ import annotations

import asyncpg


async def count_overdue(connection: asyncpg.Connection, job: str, most: int) -> int:
    """Return how many due jobs of a name no worker has picked, counted up to `most`.

    `connection` is one of the worker role; it need not have entered. What is put off to a later
    time does not count.
    """
    return (
        await connection.fetchval(
            """select count(*)::int from (
             select from jobs.pgqueuer where entrypoint = $1 and status = 'queued'
                and execute_after <= clock_timestamp() limit $2) j""",
            job,
            most,
        )
        or 0
    )
