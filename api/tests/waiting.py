"""Waiting for something to become true, with an end."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable

PAUSE_SECONDS = 0.02


async def until(
    condition: Callable[[], Awaitable[bool]] | Callable[[], bool], seconds: float = 10
) -> None:
    """Look until the condition holds; raises TimeoutError after so many seconds."""
    async with asyncio.timeout(seconds):
        while True:
            held = condition()
            if await held if inspect.isawaitable(held) else held:
                return
            await asyncio.sleep(PAUSE_SECONDS)
