"""Workers that are killed while they tell of reminders neither lose one nor tell one twice."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from atum_desk.notifications.consumers import consumers
from consumer_runs import running
from desk import Desk
from scratch_databases import SECRET
from waiting import deadline, until

REMINDERS = 40
AT_ONCE = 8
# A real worker's part; it says when it has noted some of them and not committed, and when they are committed.
PROGRAM = """
import asyncio, sys
from pathlib import Path
import atum_desk.entry.features
from atum_desk.files.public import FileStore
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.reminders import jobs

jobs.FIRE_AT_ONCE, note_due = int(sys.argv[4]), jobs.fire_due

async def noted(work, limit):
    fired = await note_due(work, limit)
    print("noted", fired, flush=True)
    if sys.argv[5] == "before":
        await asyncio.sleep(600)
    return fired

async def main():
    jobs.fire_due = noted
    settings = Settings(data=Path(sys.argv[3]))
    database = Database(settings, sys.argv[1], sys.argv[2])
    await database.open("atum_desk_worker", size=4)
    worker = WorkerContext(database=database, settings=settings, files=FileStore(settings.uploads))
    await jobs.fire_due_reminders(worker, b"")
    print("done", flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


@asynccontextmanager
async def killed_worker(
    program: Path, database_url: str, data: Path, when: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that tells of reminders, killed at the end; `before`: it never commits what it noted."""
    here = Path(__file__).parents[2]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(program), database_url, SECRET, str(data), str(AT_ONCE), when),
        stdout=asyncio.subprocess.PIPE,
        cwd=here,
        env={"PYTHONPATH": f"{here}:{here / 'tests'}", "PATH": os.environ["PATH"]},
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        await process.wait()


async def said(process: asyncio.subprocess.Process, word: str) -> None:
    """Wait until a worker says a word."""
    assert process.stdout
    async with deadline(60):
        while word not in (line := (await process.stdout.readline()).decode()):
            assert line, "the worker ended by itself"


async def due(desk: Desk) -> None:
    """Set reminders of one person whose moment has come."""
    person, ticket = await desk.given.staff(), await desk.given.ticket()
    async with desk.database.writing(desk.given.system, "reminder.add") as work:
        await work.execute(
            """insert into reminders (workspace_id, ticket_id, person_id, made_by_id, remind_at, note)
               select ctx_workspace(), $1, $2, $2, moment() - interval '1 minute', n::text from generate_series(1, $3) n""",
            ticket.id,
            person.id,
            REMINDERS,
        )


async def fired(desk: Desk) -> int:
    count: int = await desk.value("select count(*) from reminders where fired_at is not null")
    return count


@pytest.mark.slow("starts and kills five processes")
async def test_reminders_are_told_once_each_though_workers_are_killed_in_the_middle(
    desk: Desk, database_url: str, tmp_path: Path
) -> None:
    program = tmp_path / "reminding.py"
    program.write_text(PROGRAM)
    await due(desk)
    async with running(desk.database, **consumers) as runner:
        await _kill_workers(desk, program, database_url, tmp_path)
        assert await fired(desk) == REMINDERS
        last = await desk.value("select max(id) from changes")
        await until(lambda: min(place.id for place in runner.feed.positions.values()) >= last, 60)
        await until(lambda: no_lane_waits(desk), 60)
    assert await desk.value("select count(*) from changes where command = 'reminder.fire'") == REMINDERS
    told = await desk.rows("select change_id from notifications where reason = 'reminder'")
    assert len(told) == len({row["change_id"] for row in told}) == REMINDERS


async def no_lane_waits(desk: Desk) -> bool:
    """Tell whether everything that the consumer has read is handled."""
    async with desk.database.connection("atum_desk_worker") as connection:
        return not await connection.fetchval("select count(*) from waiting_changes where consumer = 'notifications'")


async def _kill_workers(desk: Desk, program: Path, database_url: str, data: Path) -> None:
    """Kill two workers that noted and did not commit, two that are at it, and let one come to the end."""
    for _ in range(2):
        async with killed_worker(program, database_url, data, "before") as process:
            await said(process, "noted")
            assert await fired(desk) == 0
    await until(lambda: nobody_holds(desk), 30)
    for _ in range(2):
        async with killed_worker(program, database_url, data, "after") as process:
            await said(process, "noted")
    async with killed_worker(program, database_url, data, "after") as process:
        await said(process, "done")


async def nobody_holds(desk: Desk) -> bool:
    """Tell whether the database has noticed that the killed workers are gone: what they held is left out meanwhile."""
    async with desk.database.marking(desk.given.system) as transaction:
        free = await transaction.fetch("select id from reminders where fired_at is null for update skip locked")
    return len(free) == REMINDERS
