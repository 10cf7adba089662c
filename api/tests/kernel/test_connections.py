"""Lent connections: bounded, reused, and never given on in doubt."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from atum_desk.kernel.database.connections import Connections
from atum_desk.kernel.database.units_of_work import Database


@pytest.fixture
async def two(database: Database) -> AsyncIterator[Connections]:
    """Return at most two connections."""
    lender = Connections(database.connect_worker, 2)
    yield lender
    await lender.close()


def number_lent(lender: Connections) -> int:
    return lender._open - len(lender._free)


async def test_the_one_used_last_is_lent_first(two: Connections) -> None:
    first, second = await two.take(1), await two.take(1)
    two.give(first)
    two.give(second)
    assert await two.take(1) is second
    assert (number_lent(two), two.waiting) == (1, 0)


async def test_who_comes_when_all_are_lent_waits_for_the_next_one(two: Connections) -> None:
    first, _second = await two.take(1), await two.take(1)
    third = asyncio.create_task(two.take(5))
    await asyncio.sleep(0.01)
    assert two.waiting == 1
    two.give(first)
    assert await third is first


async def test_waiting_ends_after_its_time_and_keeps_nobody_else_waiting(two: Connections) -> None:
    first, _second = await two.take(1), await two.take(1)
    with pytest.raises(TimeoutError):
        await two.take(0.02)
    assert two.waiting == 0
    two.give(first)
    assert await two.take(0.02) is first


async def test_a_turn_that_was_cut_short_goes_to_the_next(two: Connections) -> None:
    first, _second = await two.take(1), await two.take(1)
    gone, next_one = asyncio.create_task(two.take(5)), asyncio.create_task(two.take(5))
    await asyncio.sleep(0.01)
    two.give(first)
    gone.cancel()
    assert await next_one is first


@pytest.mark.parametrize("how", ["begun", "in doubt", "broken"])
async def test_what_comes_back_in_doubt_is_ended(two: Connections, how: str) -> None:
    lent = await two.take(1)
    if how == "begun":
        await lent.execute("begin")
    if how == "broken":
        lent.terminate()
    two.give(lent, in_doubt=how == "in doubt")
    other = await two.take(1)
    assert other is not lent
    assert lent.is_closed()
    assert await other.fetchval("select 1") == 1
    assert number_lent(two) == 1


async def test_reads_leave_a_quarter_to_writes(database: Database) -> None:
    lender = Connections(database.connect_worker, 4)
    reads = [await lender.take(1) for _ in range(3)]
    with pytest.raises(TimeoutError):
        await lender.take(0.02)
    write = await lender.take(1, writes=True)
    lender.give(write)
    with pytest.raises(TimeoutError):
        await lender.take(0.02)
    lender.give(reads.pop())
    assert await lender.take(1) is not write
    await lender.close()


async def test_a_write_that_waits_goes_before_reads(database: Database) -> None:
    lender = Connections(database.connect_worker, 4)
    lent = [await lender.take(1, writes=True) for _ in range(4)]
    read = asyncio.create_task(lender.take(5))
    await asyncio.sleep(0.01)
    write = asyncio.create_task(lender.take(5, writes=True))
    await asyncio.sleep(0.01)
    lender.give(lent[0])
    assert await write is lent[0]
    assert not read.done()
    lender.give(lent[1])
    assert await read is lent[1]
    await lender.close()


async def test_one_that_died_while_it_waited_is_replaced(two: Connections) -> None:
    lent = await two.take(1)
    two.give(lent)
    lent.terminate()
    assert await (await two.take(1)).fetchval("select 1") == 1


async def test_a_failed_opening_takes_no_place(database: Database) -> None:
    refused = 0

    async def connect() -> asyncpg.Connection:
        nonlocal refused
        refused += 1
        if refused == 1:
            raise ConnectionRefusedError
        return await database.connect_worker()

    one = Connections(connect, 1)
    with pytest.raises(ConnectionRefusedError):
        await one.take(1)
    assert await (await one.take(1)).fetchval("select 1") == 1
    await one.close()


async def test_after_closing_nothing_is_lent(two: Connections) -> None:
    lent = [await two.take(1), await two.take(1)]
    waiting = asyncio.create_task(two.take(5))
    await asyncio.sleep(0.01)
    await two.close()
    with pytest.raises(asyncpg.InterfaceError):
        await waiting
    with pytest.raises(asyncpg.InterfaceError):
        await two.take(1)
    for one in lent:
        two.give(one)
    assert number_lent(two) == 0
