"""Follows nginx's access log of the desk: how many requests failed, and how long they took."""

from __future__ import annotations

import re
import statistics
import time
from collections import deque
from dataclasses import dataclass

from atumctl.core.site import Site

LOG = "var/log/nginx/atum-desk.access.log"
LINE = re.compile(r'"[A-Z]+ (?P<path>[^" ]*)[^"]*" (?P<status>\d{3}) \d+ (?P<seconds>[\d.]+) ')
WINDOW_SECONDS = 30.0
TAIL_BYTES = 200_000
# Few requests say little, and a live connection lasts as long as somebody looks.
MIN_REQUESTS = 10
LASTING = "/ws"


@dataclass(frozen=True)
class LoggedRequest:
    """One request: when it was read here, how it was answered, and how long it took."""

    read_at: float
    status: int
    seconds: float


class AccessLog:
    """What nginx writes from now on."""

    def __init__(self, site: Site) -> None:
        self._path = site.root / LOG
        self._at, self._inode = self._end()
        self._rest = b""
        self.total = 0
        self.failed = 0
        self.recent: deque[LoggedRequest] = deque()
        self.median_before = self._read_tail()

    def look(self) -> None:
        """Take in what was written since the last look."""
        *lines, self._rest = (self._rest + self._read()).split(b"\n")
        for request in _requests(lines):
            self.total += 1
            self.failed += request.status >= 500
            self.recent.append(request)
        oldest = time.monotonic() - WINDOW_SECONDS
        while self.recent and self.recent[0].read_at < oldest:
            self.recent.popleft()

    def errors(self) -> tuple[int, int]:
        """Return how many of the last requests failed, and of how many."""
        return sum(one.status >= 500 for one in self.recent), len(self.recent)

    def p95(self) -> float | None:
        """Return what 95 % of the last requests took at most, in seconds; None of too few."""
        seconds = sorted(one.seconds for one in self.recent)
        return seconds[len(seconds) * 95 // 100] if len(seconds) >= MIN_REQUESTS else None

    def median(self) -> float | None:
        """Return what the last requests took in the middle, in seconds; None of too few."""
        seconds = [one.seconds for one in self.recent]
        return statistics.median(seconds) if len(seconds) >= MIN_REQUESTS else None

    def _read(self) -> bytes:
        """Return what is new; all of a file that took the place of another."""
        size, inode = self._end()
        if inode != self._inode or size < self._at:
            self._at, self._inode = 0, inode
        if not inode:
            return b""
        with self._path.open("rb") as file:
            file.seek(self._at)
            text = file.read()
        self._at += len(text)
        return text

    def _end(self) -> tuple[int, int]:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return 0, 0
        return found.st_size, found.st_ino

    def _read_tail(self) -> float | None:
        if not self._inode:
            return None
        with self._path.open("rb") as file:
            file.seek(max(0, self._at - TAIL_BYTES))
            requests = _requests(file.read().split(b"\n"))
        seconds = [one.seconds for one in requests]
        return statistics.median(seconds) if len(seconds) >= MIN_REQUESTS else None


def _requests(lines: list[bytes]) -> list[LoggedRequest]:
    now = time.monotonic()
    found = (LINE.search(line.decode(errors="replace")) for line in lines)
    return [
        LoggedRequest(now, int(one["status"]), float(one["seconds"]))
        for one in found
        if one and not one["path"].startswith(LASTING)
    ]
