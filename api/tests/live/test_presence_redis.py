"""Presence over Redis: two processes know of each other, and nothing else depends on it."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from factories import Given
from live_process import Clients, LiveProcess
from redis_server import PROGRAM, RedisServer
from waiting import until


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[RedisServer]:
    if not PROGRAM:
        pytest.skip("there is no redis-server on this machine")
    process = RedisServer(tmp_path)
    await process.start()
    try:
        yield process
    finally:
        await process.kill()


async def redis_state(live: LiveProcess) -> tuple[int, str, str]:
    status, health = await live.get("/api/v1/health/ready")
    return status, health["status"], health["dependencies"]["redis"]["state"]


async def test_presence_crosses_processes_and_survives_the_death_of_redis(
    given: Given, database_url: str, redis: RedisServer, tmp_path: Path
) -> None:
    nodes = [
        LiveProcess(database_url, tmp_path / name, ATUM_REDIS_URL=f"unix://{redis.socket}") for name in ("one", "two")
    ]
    for node in nodes:
        await node.start()
    listeners = [Clients(node, given) for node in nodes]
    try:
        for node in nodes:
            await until(lambda node=node: _is_in_state(node, (200, "ok", "ok")))
        anna, ben = await given.staff("Anna"), await given.staff("Ben")
        ticket = await given.ticket()
        of_anna, of_ben = await listeners[0].listen(anna), await listeners[1].listen(ben)
        await of_anna.send(type="presence", ticket=ticket.number, state="viewing")
        assert await of_anna.people() == []
        await of_ben.send(type="presence", ticket=ticket.number, state="typing")
        assert await of_anna.people() == [{"id": ben.id, "name": "Ben", "state": "typing"}]
        assert await of_ben.people() == [{"id": anna.id, "name": "Anna", "state": "viewing"}]

        await redis.kill()
        await until(lambda: _is_in_state(nodes[0], (200, "degraded", "degraded")), 15)
        cara = await listeners[0].listen(await given.staff("Cara"))
        await cara.send(type="presence", ticket=ticket.number, state="viewing")
        assert "Cara" in {one["name"] for one in await of_anna.people()}

        await redis.start()
        await until(lambda: _is_in_state(nodes[0], (200, "ok", "ok")), 15)
    finally:
        for listener in listeners:
            await listener.close()
        for node in nodes:
            await node.end(signal.SIGKILL)


async def _is_in_state(node: LiveProcess, state: tuple[int, str, str]) -> bool:
    return await redis_state(node) == state
