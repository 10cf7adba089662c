"""Rate limits by name, through `limits`: in memory on one node, in Redis where one is set."""

from __future__ import annotations

import time
from typing import Literal

import structlog
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import StorageError

from atum_desk.kernel.problems import RateLimited

LIMITS: dict[str, RateLimitItem] = {
    "sign_in_ip": parse("60 per 5 minutes"),
    "sign_in_email": parse("10 per 5 minutes"),
    "portal_ticket_ip": parse("20 per hour"),
    "portal_ticket_email": parse("5 per hour"),
    "portal_link_ip": parse("60 per 5 minutes"),
    "portal_upload_ip": parse("60 per hour"),
}
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
            storage = RedisStorage(
                f"async+{address}", wrap_exceptions=True, key_prefix="atum:limits"
            )
            self._shared = FixedWindowRateLimiter(storage)
        self._complained_at = 0.0

    async def count(self, name: str, key: str) -> None:
        """Count one attempt. Raises RateLimited when there were too many."""
        limiter = self._shared or self._memory
        try:
            allowed = await limiter.hit(LIMITS[name], name, key)
        except GONE as error:
            self._complain(error)
            limiter = self._memory
            allowed = await limiter.hit(LIMITS[name], name, key)
        if not allowed:
            window = await limiter.get_window_stats(LIMITS[name], name, key)
            raise RateLimited(retry_after_seconds=max(1, int(window.reset_time - time.time()) + 1))

    async def forget(self, name: str, key: str) -> None:
        """Begin anew, after a success."""
        try:
            await (self._shared or self._memory).clear(LIMITS[name], name, key)
        except GONE as error:
            self._complain(error)

    async def state(self) -> Literal["ok", "degraded", "off"]:
        """Tell whether counting is shared: `off` without Redis, `degraded` when Redis does not answer."""
        if self._shared is None:
            return "off"
        return "ok" if await self._shared.storage.check() else "degraded"

    def _complain(self, error: Exception) -> None:
        if time.monotonic() - self._complained_at > 60:
            self._complained_at = time.monotonic()
            log.warning("rate_limits_without_redis", error=type(error).__name__)
