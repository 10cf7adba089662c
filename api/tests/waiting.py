"""Waiting for something to become true, with an end, and measuring what was promised.

Every deadline of a test is written for the reference machine and grows with how slow this one was
when the run began (suite/machine_speed.py).
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import TypeVar

from suite.machine_speed import scaled, slowness_now

Result = TypeVar("Result")

PAUSE_SECONDS = 0.02
TRIES = 3


def deadline(seconds: float) -> asyncio.Timeout:
    """Return a block's end: so many seconds on the reference machine; raises TimeoutError."""
    return asyncio.timeout(scaled(seconds))


async def in_time(awaitable: Awaitable[Result], seconds: float) -> Result:
    """Return what comes of it; raises TimeoutError after so many seconds of the reference."""
    async with deadline(seconds):
        return await awaitable


async def until(condition: Callable[[], Awaitable[bool]] | Callable[[], bool], seconds: float = 10) -> None:
    """Look until the condition holds; raises TimeoutError after so many seconds of the reference."""
    async with deadline(seconds):
        while True:
            held = condition()
            if await held if inspect.isawaitable(held) else held:
                return
            await asyncio.sleep(PAUSE_SECONDS)


async def assert_promise(what: str, promised_seconds: float, measure: Callable[[], Awaitable[float]]) -> None:
    """Assert that something takes no longer than promised, in the best of three measurements.

    The promise is the reference machine's: what this machine may take is that, times how slow it
    is right after the measurement. `measure` returns seconds.
    """
    told = []
    for _ in range(TRIES):
        seconds = await measure()
        allowed = promised_seconds * await asyncio.to_thread(slowness_now)
        told.append(f"{seconds * 1000:.0f} ms of {allowed * 1000:.0f} ms")
        if seconds <= allowed:
            print(f"{what}: {told[-1]}")
            return
    raise AssertionError(f"{what} took {', '.join(told)}; {promised_seconds} s are promised")
