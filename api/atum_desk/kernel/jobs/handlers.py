"""What a job's handler is, gets and may raise; the queue that runs them is `kernel.jobs.runner`.

Features that only name these do not bring the queue along: it takes 9 MB, and the API runs no jobs.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import msgspec

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.units_of_work import Database


class WorkerContext(msgspec.Struct, frozen=True, kw_only=True):
    """What a handler works with. `files` is the `files.public.FileStore`."""

    database: Database
    settings: Settings
    files: Any


JobHandler = Callable[[WorkerContext, bytes], Awaitable[None]]


class JobFailed(Exception):
    """The job cannot succeed however often it is tried: it becomes a dead letter at once."""


class RetryLater(Exception):
    """The handler knows when to try again; this does not use up an attempt's worth of patience."""

    def __init__(self, delay_seconds: float, reason: str) -> None:
        super().__init__(reason)
        self.delay_seconds = delay_seconds


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A handler and how patiently it is run.

    The n-th retry waits `first_delay_seconds` * 2^n, at most `max_delay_seconds`, shortened by
    chance by up to half so that what failed together does not come back together.
    """

    handler: JobHandler
    max_attempts: int = 10
    first_delay_seconds: float = 2.0
    max_delay_seconds: float = 3600.0
    timeout_seconds: float = 300.0
    keep_failed: bool = True
    # While so many of it run, a worker picks others only; one batch may exceed it.
    at_once: int | None = None

    def delay_after(self, attempts: int) -> timedelta:
        """Return how long to wait after this many earlier attempts."""
        longest = min(self.first_delay_seconds * 2 ** min(attempts, 30), self.max_delay_seconds)
        return timedelta(seconds=longest * random.uniform(0.5, 1.0))
