"""Carries presence between live processes over Redis; without Redis each process knows its own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import structlog

from atum_desk.live.presence import Presence, PresenceNews

if TYPE_CHECKING:
    from redis.asyncio import Redis

CHANNEL = "atum:presence"
RECONNECT_SECONDS = 2.0
LONGEST_QUEUE = 1_000

log = structlog.get_logger()


class PresenceBus:
    """Publishes what happens here and hears what happens elsewhere; nothing is kept in Redis."""

    def __init__(self, redis_url: str, presence: Presence) -> None:
        self._url = redis_url
        self._presence = presence
        self._outgoing: asyncio.Queue[PresenceNews] = asyncio.Queue(LONGEST_QUEUE)
        self.state: Literal["ok", "degraded", "off"] = "degraded" if redis_url else "off"
        if redis_url:
            presence.tell_others = self._enqueue

    async def run(self) -> None:
        """Carry presence until cancelled; a Redis that is gone is looked for again."""
        if not self._url:
            return
        # Redis is optional, and so is the memory its client takes.
        from redis.asyncio import Redis
        from redis.exceptions import RedisError

        while True:
            redis: Redis = Redis.from_url(self._url, socket_connect_timeout=3)
            try:
                await self._carry(redis)
            except* (RedisError, OSError, TimeoutError) as errors:
                if self.state == "ok":
                    log.warning("redis_lost", error=str(errors.exceptions[0]))
                self.state = "degraded"
            finally:
                await redis.aclose()
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _carry(self, redis: Redis) -> None:
        async with redis.pubsub() as subscription, asyncio.TaskGroup() as group:
            await subscription.subscribe(CHANNEL)
            self.state = "ok"
            group.create_task(self._publish(redis))
            while True:
                message: dict[str, Any] | None = await subscription.get_message(
                    ignore_subscribe_messages=True, timeout=5.0
                )
                if message is None:
                    async with asyncio.timeout(3):
                        await redis.ping()
                else:
                    self._hear(message["data"])

    async def _publish(self, redis: Redis) -> None:
        while True:
            news = await self._outgoing.get()
            await redis.publish(CHANNEL, msgspec.json.encode(news))

    def _hear(self, data: bytes) -> None:
        try:
            news = msgspec.json.decode(data, type=PresenceNews)
        except msgspec.MsgspecError as error:
            log.warning("presence_unreadable", error=str(error))
            return
        self._presence.hear(news)

    def _enqueue(self, news: PresenceNews) -> None:
        # When Redis is away the oldest are worth nothing any more: presence is said again anyway.
        if self._outgoing.full():
            self._outgoing.get_nowait()
        self._outgoing.put_nowait(news)
