"""What the live service follows of one workspace, for as long as a client of it is connected."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from atum_desk.kernel.ledger.tail import Position
from atum_desk.live.recent_frames import Ring


class Feed:
    """One workspace's events. `users` are clients, those that are just connecting included."""

    def __init__(self, start: Position) -> None:
        # Up to here everything was told, or happened before anybody listened.
        self.position = start
        self.ring = Ring(start)
        self.users = 0
        # Of several clients that missed the same, one reads it from the ledger.
        self.catching_up = asyncio.Lock()


class Feeds:
    """The feeds of this process: of workspaces that nobody here listens to nothing is read."""

    def __init__(self) -> None:
        self._feeds: dict[int, Feed] = {}
        self._wanted = asyncio.Event()
        # The end of what was taken from the ledger, be it told or passed over.
        self.taken: Position | None = None

    def find(self, workspace_id: int) -> Feed | None:
        """Return the feed of a workspace that somebody listens to."""
        return self._feeds.get(workspace_id)

    def hold(self, workspace_id: int) -> Feed:
        """Return a workspace's feed, and keep it until `let_go`."""
        feed = self._feeds.get(workspace_id)
        if feed is None:
            assert self.taken is not None
            feed = self._feeds[workspace_id] = Feed(self.taken)
            self._wanted.set()
        feed.users += 1
        return feed

    def let_go(self, workspace_id: int) -> None:
        """Give back what `hold` gave; the last one ends the feed."""
        feed = self._feeds[workspace_id]
        feed.users -= 1
        if not feed.users:
            del self._feeds[workspace_id]

    @contextmanager
    def held(self, workspace_id: int) -> Iterator[Feed]:
        """Hold a feed for the time of a `with`."""
        feed = self.hold(workspace_id)
        try:
            yield feed
        finally:
            self.let_go(workspace_id)

    async def wait(self, seconds: float, idle_seconds: float) -> None:
        """Wait so long; without any feed the longer time, which ends when somebody comes."""
        if self._feeds:
            await asyncio.sleep(seconds)
            return
        self._wanted.clear()
        try:
            async with asyncio.timeout(idle_seconds):
                await self._wanted.wait()
        except TimeoutError:
            return
