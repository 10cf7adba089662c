"""How much mail comes in right now, so that filing gives way to taking it.

A sender that waits too long gives up and comes back; a mail that is kept can wait a second more.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque

WINDOW_SECONDS = 1.0
BUSY_MAILS = 8
STEP_SECONDS = 0.1
# Even in an endless flood each filing job waits no longer, so tickets keep appearing.
LONGEST_WAIT_SECONDS = 1.5


class Traffic:
    """Mails kept by this process within the last second."""

    def __init__(self) -> None:
        self._kept: deque[tuple[float, int]] = deque()
        self._mails = 0

    def count(self, mails: int) -> None:
        """Note that so many mails were kept just now."""
        self._kept.append((time.monotonic(), mails))
        self._mails += mails

    def is_busy(self) -> bool:
        """Tell whether mail pours in."""
        oldest = time.monotonic() - WINDOW_SECONDS
        while self._kept and self._kept[0][0] < oldest:
            self._mails -= self._kept.popleft()[1]
        return self._mails > BUSY_MAILS

    async def give_way(self) -> None:
        """Wait while mail pours in, but never long."""
        for _ in range(int(LONGEST_WAIT_SECONDS / STEP_SECONDS)):
            if not self.is_busy():
                return
            await asyncio.sleep(STEP_SECONDS)


intake = Traffic()
