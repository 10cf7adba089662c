"""How much each peer may do, and how many bytes may be on their way in, at once and in a minute."""

from __future__ import annotations

import time
from collections import Counter

MAX_CONNECTIONS = 500
MAX_CONNECTIONS_OF_PEER = 100
MAX_MAILS_OF_PEER = 20_000
PEER_WINDOW_SECONDS = 60.0
# Mails that are being received lie in memory; small ones always fit.
MAX_BYTES_ON_THE_WAY = 128 * 1024 * 1024
SMALL_BYTES = 1024 * 1024


class Limits:
    """What all sessions of a listener share."""

    def __init__(self, mail_max_bytes: int) -> None:
        self._connections: Counter[str] = Counter()
        self._mails: Counter[str] = Counter()
        self._window_began = 0.0
        self._bytes = 0
        self._max_bytes = max(MAX_BYTES_ON_THE_WAY, 2 * mail_max_bytes)

    def enter(self, peer: str) -> bool:
        """Count a connection; tell whether it may stay."""
        if self._connections.total() >= MAX_CONNECTIONS:
            return False
        if self._connections[peer] >= MAX_CONNECTIONS_OF_PEER:
            return False
        self._connections[peer] += 1
        return True

    def leave(self, peer: str) -> None:
        """Forget a connection that `enter` let in."""
        self._connections[peer] -= 1
        if self._connections[peer] <= 0:
            del self._connections[peer]

    def may_send(self, peer: str) -> bool:
        """Count a mail; tell whether the peer is within its minute."""
        now = time.monotonic()
        if now - self._window_began > PEER_WINDOW_SECONDS:
            self._window_began = now
            self._mails.clear()
        self._mails[peer] += 1
        return self._mails[peer] <= MAX_MAILS_OF_PEER

    def take_bytes(self, count: int, mail_bytes: int) -> bool:
        """Count bytes of a mail that has `mail_bytes` by now; tell whether there is room for them."""
        if mail_bytes > SMALL_BYTES and self._bytes + count > self._max_bytes:
            return False
        self._bytes += count
        return True

    def give_back_bytes(self, count: int) -> None:
        """Forget bytes that `take_bytes` let in."""
        self._bytes -= count
