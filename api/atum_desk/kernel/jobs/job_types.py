"""What a job is: its name, its parameters, and how patiently it is run. A slice declares each in its `feature.py`.

Whoever enqueues one names it by this object, and the transaction says for which workspace it is.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

if TYPE_CHECKING:
    from atum_desk.kernel.jobs.handlers import JobContext

Parameters = TypeVar("Parameters", bound=msgspec.Struct)

# What the transaction adds to the parameters, as earlier releases wrote it themselves.
WORKSPACE = "workspace_id"


class JobType(msgspec.Struct, Generic[Parameters], frozen=True, kw_only=True):
    """A kind of job and how patiently it is run; the queue knows it by `name`.

    Jobs wait through upgrades and rollbacks, so a name stays, and a parameter that is added has a
    default. The n-th retry waits `first_delay_seconds` * 2^n, at most `max_delay_seconds`, shortened
    by chance by up to half so that what failed together does not come back together.
    """

    name: str
    parameters: type[Parameters]
    max_attempts: int = 10
    first_delay_seconds: float = 2.0
    max_delay_seconds: float = 3600.0
    timeout_seconds: float = 300.0
    keep_failed: bool = True
    # While so many of it run, a worker picks others only; one batch may exceed it.
    at_once: int | None = None

    def __post_init__(self) -> None:
        """Refuse parameters that name a workspace: that is the transaction's."""
        if WORKSPACE in self.parameters.__struct_fields__:
            raise TypeError(f"the job {self.name} takes its workspace from the transaction, not as a parameter")

    def delay_after(self, attempts: int) -> timedelta:
        """Return how long to wait after this many earlier attempts."""
        longest = min(self.first_delay_seconds * 2 ** min(attempts, 30), self.max_delay_seconds)
        return timedelta(seconds=longest * random.uniform(0.5, 1.0))

    def handled_by(self, handler: Callable[[JobContext, Parameters], Awaitable[None]]) -> HandledJob:
        """Return the job with what runs it."""
        return HandledJob(job=self, handler=handler)

    def decode(self, payload: bytes) -> tuple[int, Parameters]:
        """Return the workspace and the parameters of a job in the queue.

        What another release added is left out. Raises msgspec.DecodeError for what is no such job.
        """
        workspace = msgspec.json.decode(payload, type=_OfWorkspace)
        return workspace.workspace_id, msgspec.json.decode(payload, type=self.parameters)


class HandledJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job and its handler; `JobType.handled_by` holds the two together."""

    job: JobType[Any]
    handler: Callable[[JobContext, Any], Awaitable[None]]


class _OfWorkspace(msgspec.Struct):
    workspace_id: int
