"""Redis is shared with others: our keys say whose they are. When it dies, the product goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from redis.asyncio import Redis

from atum_desk.http.rate_limits import STEPS, RateLimits
from atum_desk.kernel.problems import RateLimited
from desk import Desk
from redis_server import PROGRAM, RedisServer

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no redis-server on this machine")


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[RedisServer]:
    server = RedisServer(tmp_path)
    await server.start()
    yield server
    await server.kill()


async def test_every_key_begins_with_our_name(desk: Desk, redis: RedisServer) -> None:
    limits = RateLimits(redis.url)
    await limits.count("portal_ticket_ip", "somebody")
    await limits.count_in_steps("sign_in_network", "somewhere")
    await limits.remember_place("somewhere")
    async with Redis.from_url(redis.url) as asked:
        keys = [key if isinstance(key, bytes) else key.encode() for key in await asked.keys("*")]
    assert len(keys) == 1 + len(STEPS["sign_in_network"]) + 1
    assert all(key.startswith(b"atum:") for key in keys), keys


async def test_when_redis_dies_people_still_sign_in_and_health_says_so(desk: Desk, redis: RedisServer) -> None:
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


async def test_attempts_are_taken_back_and_places_are_known_in_redis_as_in_memory(redis: RedisServer) -> None:
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
