"""What the store is kept clean of: uploads that no message took, and content that nothing names.

Only what was never attached goes. An upload whose reply was undone can come back by a redo, and so
can a row that an undo deleted: their content stays for as long as the ledger knows of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import islice

import structlog

from atum_desk.files import queries
from atum_desk.files.feature import REMOVE_CONTENTS, RemoveContents
from atum_desk.files.store import FileStore
from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.database.workspaces import for_each_workspace
from atum_desk.kernel.jobs.handlers import JobContext, RetryLater, WorkerContext
from atum_desk.kernel.jobs.schedules import Schedule

SWEEP_SECONDS = 3600.0
ROWS_AT_ONCE = 200
NAMES_AT_ONCE = 1000
# No upload lasts so long: it ends 30 seconds after its last piece, or when the scanner gave up.
DRAFT_SECONDS = 3600.0

log = structlog.get_logger()


async def sweep(worker: WorkerContext, _payload: bytes) -> None:
    """Delete uploads never attached, then content that nothing names, then what was cut off."""
    hours = worker.settings.upload_keep_hours
    async for actor in for_each_workspace(worker.database, "job"):
        await _delete_unattached(worker, actor, hours)
    removed = await remove_unnamed(worker, hours * 3600.0)
    drafts = await asyncio.to_thread(worker.files.remove_drafts, DRAFT_SECONDS)
    if removed or drafts:
        log.info("files_swept", contents=removed, drafts=drafts)


async def remove_unnamed(worker: WorkerContext, age_seconds: float) -> int:
    """Remove old content that nothing names; return how many files.

    Storing takes the shared lock of the content's name in the statement that inserts its row, and
    stores before it commits. Here that lock is taken alone before looking: either the row is seen
    and the content stays, or the content goes first and the upload stores its own bytes again.
    """
    removed = 0
    names = worker.files.list_old(age_seconds)
    while batch := await asyncio.to_thread(_next_batch, names):
        async with worker.database.connection("atum_desk_worker") as connection:
            for name in await queries.find_unnamed(connection, batch):
                async with connection.transaction():
                    if await queries.lock_for_removal(connection, name):
                        left = await queries.find_unnamed(connection, [name])
                        removed += await asyncio.to_thread(_remove, worker.files, left, age_seconds)
    return removed


async def remove_contents(job: JobContext, payload: RemoveContents) -> None:
    """Remove contents that nothing names any more. Raises RetryLater while a backup holds the store."""
    held = False
    async with job.database.connection("atum_desk_worker") as connection:
        for name in await queries.find_unnamed(connection, payload.sha256):
            async with connection.transaction():
                if not await queries.lock_for_removal(connection, name):
                    held = True
                elif await queries.find_unnamed(connection, [name]):
                    await asyncio.to_thread(job.files.remove, name)
    if held:
        raise RetryLater(60.0, "the store is held")


async def _delete_unattached(worker: WorkerContext, actor: SystemActor, hours: int) -> None:
    deleted = ROWS_AT_ONCE
    while deleted == ROWS_AT_ONCE:
        async with worker.database.writing(actor, "attachment.sweep") as work:
            deleted = await queries.delete_unattached(work, hours, ROWS_AT_ONCE)
            work.unchanged = not deleted
            work.summary = {"count": deleted}


def _next_batch(names: Iterator[str]) -> list[str]:
    return list(islice(names, NAMES_AT_ONCE))


def _remove(files: FileStore, names: list[str], age_seconds: float) -> int:
    old = [name for name in names if files.is_old(name, age_seconds)]
    for name in old:
        files.remove(name)
    return len(old)


job_handlers = (REMOVE_CONTENTS.handled_by(remove_contents),)
schedules: dict[str, Schedule] = {"files.sweep": (SWEEP_SECONDS, sweep)}
