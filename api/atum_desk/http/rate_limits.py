"""Rate limits by name, through `limits`: in memory on one node, in Redis where one is set."""

from __future__ import annotations

import time
from typing import Any, Literal

import structlog
from limits import RateLimitItem, parse, parse_many
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import StorageError

from atum_desk.kernel.problems import RateLimited

LIMITS: dict[str, RateLimitItem] = {
    "portal_ticket_ip": parse("20 per hour"),
    "portal_ticket_email": parse("5 per hour"),
    "portal_link_ip": parse("60 per 5 minutes"),
    "portal_new_link_ip": parse("20 per hour"),
    "portal_new_link": parse("3 per hour"),
    "portal_upload_ip": parse("60 per hour"),
    "portal_upload_mb_ip": parse("200 per hour"),
}
# Wrong passwords, in steps: the longer somebody goes on, the longer the wait (docs/accounts.md).
STEPS: dict[str, list[RateLimitItem]] = {
    # of strangers, by their network, whomever they name
    "sign_in_network": parse_many("60 per 5 minutes; 300 per day"),
    # of strangers, by the address they name and their network
    "sign_in_stranger": parse_many("5 per minute; 10 per 15 minutes; 20 per 6 hours"),
    # of all strangers together, by the address they name
    "sign_in_address": parse_many("30 per hour; 100 per day"),
    # from a network where the person signed in before: as a stranger's, so that it tells nobody who has an account
    "sign_in_known_network": parse_many("5 per minute; 10 per 15 minutes; 20 per 6 hours"),
    # with a browser that the person signed in with before
    "sign_in_known_device": parse_many("10 per 5 minutes; 50 per day"),
    "current_password": parse_many("5 per 5 minutes; 20 per day"),
}
# Where somebody signed in: one hit keeps a place for this long.
KNOWN_PLACE = parse("1 per 30 days")
METERED_BYTES = 1_000_000
GONE = (StorageError, OSError, TimeoutError)

log = structlog.get_logger()


class RateLimits:
    """Counts attempts; when Redis is away it counts in memory and says so once a minute."""

    def __init__(self, redis_url: str) -> None:
        self._memory = FixedWindowRateLimiter(MemoryStorage())
        self._shared: FixedWindowRateLimiter | None = None
        if redis_url:
            # The library wants a socket's address to say what listens there.
            address = redis_url.replace("unix://", "redis+unix://", 1)
            # Wrapped: the client's own errors are none of Python's, whatever they are called.
            storage = RedisStorage(f"async+{address}", wrap_exceptions=True, key_prefix="atum:limits")
            self._shared = FixedWindowRateLimiter(storage)
        self._complained_at = 0.0

    async def count(self, name: str, key: str) -> None:
        """Count one attempt. Raises RateLimited when there were too many."""
        await self._hit(LIMITS[name], name, key)

    async def count_in_steps(self, name: str, key: str) -> None:
        """Count one attempt in every step. Raises RateLimited with the longest wait of those used up.

        A refused attempt is counted nowhere, so that asking again does not make the wait longer.
        """
        waits = [
            await self._wait_seconds(item, name, key)
            for item in STEPS[name]
            if not await self._shared_or_memory("test", item, name, key)
        ]
        if waits:
            raise RateLimited(retry_after_seconds=max(waits))
        # Counted before it is known whether it was right: attempts at the same moment pass no limit together.
        for item in STEPS[name]:
            await self._hit(item, name, key)

    async def forgive(self, name: str, key: str) -> None:
        """Take one attempt back: it was a right one."""
        for item in STEPS[name]:
            await self._shared_or_memory("hit", item, name, key, cost=-1)

    async def forget(self, name: str, key: str) -> None:
        """Begin anew, after a success."""
        for item in STEPS[name]:
            await self._shared_or_memory("clear", item, name, key)

    async def remember_place(self, key: str) -> None:
        """Keep a place as known from now on."""
        await self._shared_or_memory("clear", KNOWN_PLACE, "place", key)
        await self._shared_or_memory("hit", KNOWN_PLACE, "place", key)

    async def is_known_place(self, key: str) -> bool:
        """Tell whether a place was remembered lately."""
        return not await self._shared_or_memory("test", KNOWN_PLACE, "place", key)

    async def state(self) -> Literal["ok", "degraded", "off"]:
        """Tell whether counting is shared: `off` without Redis, `degraded` when Redis does not answer."""
        if self._shared is None:
            return "off"
        return "ok" if await self._shared.storage.check() else "degraded"

    async def _hit(self, item: RateLimitItem, name: str, key: str) -> None:
        limiter = self._shared or self._memory
        try:
            allowed = await limiter.hit(item, name, key)
        except GONE as error:
            self._complain(error)
            limiter = self._memory
            allowed = await limiter.hit(item, name, key)
        if not allowed:
            raise RateLimited(retry_after_seconds=await self._wait_seconds(item, name, key))

    async def _wait_seconds(self, item: RateLimitItem, name: str, key: str) -> int:
        window = await self._shared_or_memory("get_window_stats", item, name, key)
        return max(1, int(window.reset_time - time.time()) + 1)

    async def _shared_or_memory(self, what: str, *arguments: Any, **options: Any) -> Any:
        """Call the limiter of Redis, or that of memory where there is none or it does not answer."""
        if self._shared:
            try:
                return await getattr(self._shared, what)(*arguments, **options)
            except GONE as error:
                self._complain(error)
        return await getattr(self._memory, what)(*arguments, **options)

    def _complain(self, error: Exception) -> None:
        if time.monotonic() - self._complained_at > 60:
            self._complained_at = time.monotonic()
            log.warning("rate_limits_without_redis", error=type(error).__name__)


class MeteredBytes:
    """Counts the bytes of one upload against a limit in megabytes, each as it begins."""

    def __init__(self, limits: RateLimits, name: str, key: str) -> None:
        self._limits, self._name, self._key = limits, name, key
        self._covered_bytes = 0

    async def count(self, size: int) -> None:
        """Count a piece of `size` bytes. Raises RateLimited when there were too many of that key."""
        while size > self._covered_bytes:
            await self._limits.count(self._name, self._key)
            self._covered_bytes += METERED_BYTES
        self._covered_bytes -= size
