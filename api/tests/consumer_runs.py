"""Consumers under test: their runner, changes to follow, and effects that can be counted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.ledger.consumer_runner import ConsumerRunner
from atum_desk.kernel.ledger.consumers import Consumer
from factories import Given
from made_up_commands import declare_command
from waiting import in_time, until


def letters(number: int) -> str:
    """Return a number as a setting's name may hold it."""
    return "".join(chr(97 + int(digit)) for digit in str(number))


async def write_change(given: Given, key: str = "a", command: str = "test.write") -> int:
    """Commit a change whose summary has the key of the lane it shall go to."""
    async with given.database.writing(given.system, command) as work:
        await count_effect(work, "written", 0)
        work.summary["key"] = key
    assert work.change_id
    return work.change_id


async def count_effect(work: UnitOfWork, name: str, change_id: int) -> None:
    """Write a ledgered row: one more setting of that name for the change."""
    await work.execute(
        """insert into settings (workspace_id, name, value) values ($1, $2, '1')
           on conflict (workspace_id, name) do update set value = to_jsonb((settings.value #>> '{}')::int + 1)""",
        work.actor.workspace_id,
        f"{name}.x{letters(change_id)}",
    )


async def effects(given: Given, name: str) -> dict[str, int]:
    """Return how often each effect happened."""
    async with given.database.reading(given.system) as transaction:
        rows = await transaction.fetch(
            "select name, (value #>> '{}')::int as times from settings where name like $1 || '.%'", name
        )
    return {row["name"]: row["times"] for row in rows}


async def value(given: Given, query: str, *values: Any) -> Any:
    """Ask the database about the workspace."""
    async with given.database.reading(given.system) as transaction:
        return await transaction.fetchval(query, *values)


async def answered(given: Given) -> list[int]:
    """Return the changes that were answered by another one, in the order of the answers."""
    return await value(given, "select array_agg(cause_id order by id) from changes where cause_id is not null") or []


@asynccontextmanager
async def held(given: Given, consumer: str, lane: str = "") -> AsyncIterator[None]:
    """Keep a lane from being worked in, as another worker would."""
    async with given.database.connection("atum_desk_worker") as lock, lock.transaction():
        await lock.execute(
            "select pg_advisory_xact_lock(hashtextextended('atum.lane.' || $1 || '.' || $2, 0))", consumer, lane
        )
        yield


@asynccontextmanager
async def running(database: Database, **consumers: Consumer) -> AsyncIterator[ConsumerRunner]:
    """Run consumers until the block ends; entered when their cursors are known."""
    for name in consumers:
        declare_command(f"{name}.follow")
    runner = ConsumerRunner(database, consumers)
    task = asyncio.create_task(runner.run())
    try:
        await until(lambda: bool(runner.feed.positions) or task.done(), 20)
        yield runner
    finally:
        runner.stop()
        await in_time(task, 20)
