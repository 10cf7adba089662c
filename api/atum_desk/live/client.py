"""One open connection: what it may hear, what it was told, and how much it may send."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from atum_desk.live.models import Powers

if TYPE_CHECKING:
    from atum_desk.live.inbox_news import Inbox

FRAMES_AT_ONCE = 30.0
FRAMES_PER_SECOND = 5.0
LONGEST_BACKLOG = 2_000
LARGEST_UNSENT_BYTES = 1 << 20

SIGNED_OUT = 4401
# Newer windows of the same person took its place: it comes back when somebody looks at it.
DISPLACED = 4409
# Too many connections from one address: it comes back in a minute.
CROWDED = 4429
TOO_MUCH = 1008
TOO_SLOW = 1013


class LiveClient:
    """A signed-in connection. Slots and no task of its own keep it small."""

    __slots__ = ("_allowance", "_allowed_at", "backlog", "connection", "heard_at", "inbox", "powers")

    def __init__(self, connection: ServerConnection, powers: Powers) -> None:
        self.connection = connection
        self.powers = powers
        self.heard_at = time.monotonic()
        # Frames that wait until the client was told what it missed; None once it was.
        self.backlog: list[bytes] | None = []
        # What it was told of its person's notifications; None until that was looked at.
        self.inbox: Inbox | None = None
        self._allowance = FRAMES_AT_ONCE
        self._allowed_at = self.heard_at

    def allow_frame(self) -> bool:
        """Count a frame from the client; False when it sends more than anybody needs to."""
        now = time.monotonic()
        grown = self._allowance + (now - self._allowed_at) * FRAMES_PER_SECOND
        self._allowance = min(grown, FRAMES_AT_ONCE) - 1
        self._allowed_at = self.heard_at = now
        return self._allowance >= 0

    def keep_for_later(self, frame: bytes) -> None:
        """Put a frame behind what the client is being told."""
        assert self.backlog is not None
        if len(self.backlog) < LONGEST_BACKLOG:
            self.backlog.append(frame)
        else:
            self.drop()

    async def catch_up(self, frames: Iterable[bytes]) -> None:
        """Tell what was missed, then what came meanwhile; afterwards frames go out at once."""
        for frame in frames:
            await self.connection.send(frame, text=True)
        while self.backlog:
            waiting, self.backlog = self.backlog, []
            for frame in waiting:
                await self.connection.send(frame, text=True)
        self.backlog = None

    def drop_if_slow(self) -> None:
        """Drop a client that does not read: it comes back and is told what it missed."""
        if self.connection.transport.get_write_buffer_size() > LARGEST_UNSENT_BYTES:
            self.drop()

    def drop(self) -> None:
        """Cut the connection; a closing handshake would wait behind what it does not read."""
        self.connection.transport.abort()

    async def close(self, code: int, reason: str) -> None:
        """Close properly, saying why."""
        try:
            await self.connection.close(code, reason)
        except ConnectionClosed:
            return
