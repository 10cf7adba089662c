"""How mail that comes in and mail that is filed share the worker: taking slows down, nothing is refused.

A sender that must wait a few seconds keeps its mail and sends it then; a mail that was taken has
nobody else who files it. So no more is taken than is filed within seconds, at the pace of filing.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

from atum_desk.kernel.db import UNREACHABLE
from atum_desk.kernel.problems import Unavailable

WINDOW_SECONDS = 1.0
BUSY_MAILS = 8
LOOK_SECONDS = 0.2
# What waits is filed within so long at the pace of the last seconds, or no more is taken.
MOST_WAITING_SECONDS = 4.0
# Before filing has shown its pace, which it does within a second.
FIRST_PACE = 20.0
# Filing that stands still lets a mail in now and then: it may be that only some cannot be filed.
LEAST_PACE = 2.0
NEW_SHARE = 0.3
# Senders wait for the answer to MAIL for five minutes (RFC 5321, 4.5.3.2.2).
LONGEST_WAIT_SECONDS = 60.0


class Traffic:
    """What this process took and filed lately, and how many mails wait for all workers."""

    def __init__(self) -> None:
        self._kept: deque[tuple[float, int]] = deque()
        self._kept_lately = 0
        # Made by `watch`: an event belongs to one loop, and this object to the process.
        self._came: asyncio.Event | None = None
        self._next_turn_at = 0.0
        self._filed = 0
        self.waiting = 0
        self.pace = FIRST_PACE

    def count(self, mails: int) -> None:
        """Note that so many mails were kept just now."""
        self._kept.append((time.monotonic(), mails))
        self._kept_lately += mails
        if self._came:
            self.waiting += mails
            self._came.set()

    def count_filed(self) -> None:
        """Note that a mail was filed."""
        self._filed += 1
        self.waiting = max(self.waiting - 1, 0)

    def is_busy(self) -> bool:
        """Tell whether mail pours in."""
        oldest = time.monotonic() - WINDOW_SECONDS
        while self._kept and self._kept[0][0] < oldest:
            self._kept_lately -= self._kept.popleft()[1]
        return self._kept_lately > BUSY_MAILS

    async def admit(self, mails: int = 1) -> None:
        """Wait until so many more mails may come in: at once, unless filing has fallen behind."""
        if self.waiting <= self.pace * MOST_WAITING_SECONDS:
            return
        now = time.monotonic()
        turn_at = max(self._next_turn_at, now) + mails / self.pace
        self._next_turn_at = min(turn_at, now + LONGEST_WAIT_SECONDS)
        await asyncio.sleep(self._next_turn_at - now)

    async def watch(self, count_waiting: Callable[[int], Awaitable[int]]) -> None:
        """Learn what waits and how fast it is filed, until cancelled; while no mail comes, nothing is asked.

        `count_waiting` returns how many mails wait for a worker, counted up to a limit.
        """
        self._came = came = asyncio.Event()
        self.waiting, self.pace = 0, FIRST_PACE
        try:
            while True:
                if not self.waiting:
                    await came.wait()
                came.clear()
                await self._look(count_waiting)
        finally:
            # Nobody corrects the count any more.
            self._came, self.waiting = None, 0

    async def _look(self, count_waiting: Callable[[int], Awaitable[int]]) -> None:
        looked_at, filed, waited = time.monotonic(), self._filed, self.waiting
        await asyncio.sleep(LOOK_SECONDS)
        try:
            self.waiting = await count_waiting(int(2 * self.pace * MOST_WAITING_SECONDS) + 1)
        except (*UNREACHABLE, Unavailable):
            # Neither can mail be kept now, and whoever tries to says so.
            return
        if self.waiting and waited:
            # It was never idle in between, so that is as fast as it can.
            self._learn((self._filed - filed) / (time.monotonic() - looked_at))

    def _learn(self, pace: float) -> None:
        self.pace = max(self.pace + NEW_SHARE * (pace - self.pace), LEAST_PACE)


intake = Traffic()
