"""The ledger's caretaker: its parts follow each other in time, and old texts go where a desk says so.

A part is a partition of `row_changes` (ADR 0033). Nothing here is needed for a write: while it does not
run, changes go on filling the part that is written, and old texts stay.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

import asyncpg
import structlog

from atum_desk.kernel import clock
from atum_desk.kernel.database.workspaces import for_each_workspace

if TYPE_CHECKING:
    from atum_desk.kernel.jobs.handlers import WorkerContext

PART_DAYS = 30
# A smaller part is not worth a table of its own.
PART_BYTES = 1 << 30
# Where texts go, parts are short, so that none stays much longer than was asked for.
SHORTEST_PART_DAYS = 7
ROWS_AT_ONCE = 2_000
# How long one run of the schedule copies; the next one goes on.
COPY_SECONDS = 60.0
ANALYZE_SECONDS = 200.0
ONLY_DIGESTS = "ledger.remove_texts"

log = structlog.get_logger()


async def keep_ledger(worker: WorkerContext, *, copy_seconds: float = COPY_SECONDS) -> None:
    """Begin the next part when it is due, and remove texts older than the setting keeps them."""
    keep_days = worker.settings.ledger_text_days
    await _keep_parts(worker, keep_days)
    if keep_days:
        await remove_old_texts(worker, keep_days, copy_seconds)


async def _keep_parts(worker: WorkerContext, keep_days: int) -> None:
    days, least_bytes = PART_DAYS, PART_BYTES
    if keep_days:
        days, least_bytes = max(SHORTEST_PART_DAYS, min(PART_DAYS, keep_days // 4)), 0
    async with worker.database.connection("atum_desk_worker") as connection:
        began = await connection.fetchval("select atum.keep_ledger_parts($1, $2)", days, least_bytes)
        if began:
            log.info("ledger_part_began", part=began)
            await _analyze(connection)


async def _analyze(connection: asyncpg.Connection) -> None:
    """Let the planner know all parts together; of many, that takes longer than statements may."""
    async with connection.transaction():
        await connection.execute(f"set local statement_timeout = '{ANALYZE_SECONDS:g}s'")
        await connection.execute("select atum.analyze_ledger()", timeout=ANALYZE_SECONDS)


async def remove_old_texts(worker: WorkerContext, keep_days: int, copy_seconds: float) -> int:
    """Put digests in the place of texts of the oldest part that is due; return how many went.

    It copies for so many seconds at most and returns 0 while a part is not whole: the next call
    goes on. The change that tells of it is `ledger.remove_texts`.
    """
    ends = time.monotonic() + copy_seconds
    before = clock.now() - timedelta(days=keep_days)
    async with worker.database.connection("atum_desk_worker") as connection:
        part = await connection.fetchval("select atum.begin_text_removal($1)", before)
        while part and await connection.fetchval("select atum.copy_without_texts($1, $2)", part, ROWS_AT_ONCE):
            if time.monotonic() > ends:
                return 0
    return await _finish(worker, part) if part else 0


async def _finish(worker: WorkerContext, part: str) -> int:
    """Let the copy take the part's place, and tell every workspace of it."""
    removed: int | None = None
    is_first = True
    async for actor in for_each_workspace(worker.database, "job"):
        async with worker.database.writing(actor, ONLY_DIGESTS) as work:
            if is_first:
                removed = await work.fetchval("select finish_text_removal($1)", part)
            work.unchanged = removed is None
            work.summary = {"part": part, "count": removed}
        is_first = False
    log.info("ledger_texts_removed", part=part, count=removed)
    return removed or 0
