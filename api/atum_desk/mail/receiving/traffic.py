"""How mail that comes in and mail that is filed share the worker: taking slows down, nothing is refused.

A sender that must wait a few seconds keeps its mail and sends it then; a mail that was taken has
nobody else who files it. So no more is taken than is filed within seconds, at the pace of filing.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

import asyncpg

from atum_desk.kernel.database.connections import UNREACHABLE
from atum_desk.kernel.problems import Unavailable

WINDOW_SECONDS = 1.0
BUSY_MAILS = 8
LOOK_SECONDS = 0.2
# What waits is filed within so long at the pace of the last seconds, or no more is taken.
MOST_WAITING_SECONDS = 4.0
# A burst of so many is taken at once all the same.
BURST_MAILS = 250
# Before filing has shown its pace, which it does within a second.
FIRST_PACE = 10.0
LEAST_PACE = 2.0
NEW_SHARE = 0.3
# Senders wait for the answer to MAIL for five minutes (RFC 5321, 4.5.3.2.2).
LONGEST_WAIT_SECONDS = 60.0


class MailTraffic:
    """What this process took and filed lately, and how many mails wait for all workers."""

    def __init__(self) -> None:
        self._kept: deque[tuple[float, int]] = deque()
        self._kept_lately = 0
        # Made by `watch`: an event belongs to one loop, and this object to the process.
        self._came: asyncio.Event | None = None
        # Senders that wait for their turn, the first to come first.
        self._turns: deque[asyncio.Future[None]] = deque()
        self._filed = 0
        self.waiting = 0
        self.pace = FIRST_PACE

    @property
    def most_waiting(self) -> float:
        """How many mails may wait."""
        return max(self.pace * MOST_WAITING_SECONDS, BURST_MAILS)

    def count(self, mails: int) -> None:
        """Note that so many mails were kept just now."""
        self._forget_old()
        self._kept.append((time.monotonic(), mails))
        self._kept_lately += mails
        if self._came:
            self.waiting += mails
            self._came.set()

    def count_filed(self) -> None:
        """Note that a mail was filed; another may come for it, unless too many wait still."""
        self._filed += 1
        self.waiting = max(self.waiting - 1, 0)
        if self.waiting <= self.most_waiting:
            self._let_in(1)

    def is_busy(self) -> bool:
        """Tell whether mail pours in."""
        self._forget_old()
        return self._kept_lately > BUSY_MAILS

    def _forget_old(self) -> None:
        oldest = time.monotonic() - WINDOW_SECONDS
        while self._kept and self._kept[0][0] < oldest:
            self._kept_lately -= self._kept.popleft()[1]

    async def admit(self) -> None:
        """Wait until more mail may come in: at once, unless filing has fallen behind."""
        if self.waiting <= self.most_waiting and not self._turns:
            return
        turn = asyncio.get_running_loop().create_future()
        self._turns.append(turn)
        try:
            async with asyncio.timeout(LONGEST_WAIT_SECONDS):
                await turn
        except TimeoutError:
            # Filing stands still: it may be that only some cannot be filed.
            pass
        finally:
            if turn in self._turns:
                self._turns.remove(turn)

    def _let_in(self, most: int) -> None:
        while self._turns and most > 0:
            turn = self._turns.popleft()
            if not turn.done():
                turn.set_result(None)
                most -= 1

    async def watch(self, count_waiting: Callable[[int], Awaitable[int]]) -> None:
        """Learn what waits and how fast it is filed, until cancelled; while no mail comes, nothing is asked.

        `count_waiting` returns how many mails wait for a worker, counted up to a limit.
        """
        self._came = came = asyncio.Event()
        self.waiting, self.pace = 0, FIRST_PACE
        try:
            while True:
                if not self.waiting and not self._turns:
                    await came.wait()
                came.clear()
                await self._look(count_waiting)
        finally:
            # Nobody corrects the count any more.
            self._came, self.waiting = None, 0
            self._let_in(len(self._turns))

    async def _look(self, count_waiting: Callable[[int], Awaitable[int]]) -> None:
        looked_at, filed, waited = time.monotonic(), self._filed, self.waiting
        await asyncio.sleep(LOOK_SECONDS)
        try:
            self.waiting = await count_waiting(int(2 * self.most_waiting) + 1)
        except (asyncpg.PostgresError, *UNREACHABLE, Unavailable):
            # Neither can mail be kept now, and whoever tries to says so.
            return
        if self.waiting and waited:
            # It was never idle in between, so that is as fast as it can.
            self._learn((self._filed - filed) / (time.monotonic() - looked_at))
        # What other workers filed, and those who were let in and did not come.
        self._let_in(int(self.most_waiting) - self.waiting)

    def _learn(self, pace: float) -> None:
        self.pace = max(self.pace + NEW_SHARE * (pace - self.pace), LEAST_PACE)


intake = MailTraffic()
