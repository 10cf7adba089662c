"""How much each peer may do, and how many bytes may be on their way in, at once and in a minute."""

from __future__ import annotations

import time
from collections import Counter

from atum_desk.mail.receiving.connection_limits import ConnectionLimits, Networks

MAX_MAILS_OF_PEER = 20_000
PEER_WINDOW_SECONDS = 60.0
# Mails that are being received lie in memory; small ones always fit.
MAX_BYTES_ON_THE_WAY = 128 * 1024 * 1024
SMALL_BYTES = 1024 * 1024
# A mail's data may trickle for a while (RFC 5321 names minutes); after that it comes at a fair pace,
# and faster while others wait for the memory that it holds.
PATIENT_SECONDS = 60.0
MIN_BYTES_PER_SECOND = 1024
MIN_BYTES_PER_SECOND_IN_NEED = 64 * 1024
LONGEST_DATA_SECONDS = 3600.0
# A connection over which no mail comes for so long ends, whatever it says meanwhile.
USELESS_CONNECTION_SECONDS = 600.0


class IntakeLimits:
    """What all sessions of a listener share."""

    def __init__(self, mail_max_bytes: int, trusted: Networks = ()) -> None:
        self.connections = ConnectionLimits(trusted)
        self._mails: Counter[str] = Counter()
        self._window_began = 0.0
        self._bytes = 0
        self._max_bytes = max(MAX_BYTES_ON_THE_WAY, 2 * mail_max_bytes)

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

    def is_too_slow(self, mail_bytes: int, seconds: float) -> bool:
        """Tell whether a mail's data has come too slowly for the time that it took by now."""
        if seconds <= PATIENT_SECONDS:
            return False
        needy = self._bytes > self._max_bytes / 2
        pace = MIN_BYTES_PER_SECOND_IN_NEED if needy else MIN_BYTES_PER_SECOND
        return seconds > LONGEST_DATA_SECONDS or mail_bytes < (seconds - PATIENT_SECONDS) * pace

    def give_back_bytes(self, count: int) -> None:
        """Forget bytes that `take_bytes` let in."""
        self._bytes -= count
