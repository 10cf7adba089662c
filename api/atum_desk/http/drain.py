"""The moment of an upgrade in which nothing may be written: a file says so, the API obeys."""

from __future__ import annotations

import time
from pathlib import Path

from atum_desk.kernel.problems import Problem

LOOK_SECONDS = 1.0


class Draining(Problem):
    """The desk is being moved to another release; nothing was changed. Try again in two seconds."""

    status = 503
    code = "draining"

    def __init__(self) -> None:
        super().__init__()
        self.headers = {"Retry-After": "2"}


class Drain:
    """Whether writes are refused; the file is looked at once a second at most."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._looked_at = float("-inf")
        self._on = False

    def is_on(self) -> bool:
        """Tell whether the file exists, or did within the last second."""
        now = time.monotonic()
        if now - self._looked_at >= LOOK_SECONDS:
            self._looked_at = now
            self._on = self._file.exists()
        return self._on
