"""Redis is shared with others: our keys say whose they are. When it dies, the product goes on."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from redis.asyncio import Redis

from atum_desk.http.limits import STEPS, RateLimits
from atum_desk.kernel.problems import RateLimited
from desk import Desk
from waiting import until

PROGRAM = shutil.which("redis-server")
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no redis-server on this machine")


class Server:
    """A Redis of our own behind a Unix socket."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        self.url = f"unix://{self.socket}"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        assert PROGRAM
        self._process = await asyncio.create_subprocess_exec(
            PROGRAM, "--port", "0", "--unixsocket", str(self.socket), "--save", "",
            stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        await until(self.socket.exists)

    async def kill(self) -> None:
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Server]:
    server = Server(tmp_path)
    await server.start()
    yield server
    await server.kill()


async def test_every_key_begins_with_our_name(desk: Desk, redis: Server) -> None:
    limits = RateLimits(redis.url)
    await limits.count("portal_ticket_ip", "somebody")
    await limits.count_in_steps("sign_in_network", "somewhere")
    await limits.remember_place("somewhere")
    async with Redis.from_url(redis.url) as asked:
        keys = await asked.keys("*")
    assert len(keys) == 1 + len(STEPS["sign_in_network"]) + 1
    assert all(key.startswith(b"atum:") for key in keys), keys


async def test_when_redis_dies_people_still_sign_in_and_health_says_so(
    desk: Desk, redis: Server
) -> None:
    settings = msgspec.structs.replace(desk.settings, redis_url=redis.url)
    other = Desk(desk.database, settings, desk.given)
    bad = {"email": "nobody@halvorsen.example", "password": "wrong"}
    assert (await other.client().post("/session", json=bad)).status_code == 401
    assert (await other.client().got("/health/ready"))["dependencies"]["redis"]["state"] == "ok"
    await redis.kill()
    assert (await other.client().post("/session", json=bad)).status_code == 401
    health = await other.client().got("/health/ready")
    assert health["dependencies"]["redis"]["state"] == "degraded"
    assert health["status"] == "degraded"


async def test_attempts_are_taken_back_and_places_are_known_in_redis_as_in_memory(
    redis: Server,
) -> None:
    for url in (redis.url, ""):
        limits = RateLimits(url)
        assert not await limits.is_known_place("here")
        await limits.remember_place("here")
        assert await limits.is_known_place("here")
        amount = STEPS["current_password"][0].amount
        for _ in range(3 * amount):
            await limits.count_in_steps("current_password", "right")
            await limits.forgive("current_password", "right")
        for _ in range(amount):
            await limits.count_in_steps("current_password", "wrong")
        with pytest.raises(RateLimited):
            await limits.count_in_steps("current_password", "wrong")
        await limits.forget("current_password", "wrong")
        await limits.count_in_steps("current_password", "wrong")
