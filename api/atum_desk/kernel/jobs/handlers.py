"""What a job's handler gets and may raise; the queue that runs them is `kernel.jobs.runner`.

Features that only name these do not bring the queue along: it takes 9 MB, and the API runs no jobs.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Any

import msgspec

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import SystemActor, Via
from atum_desk.kernel.database.units_of_work import Database, ReadTransaction, UnitOfWork
from atum_desk.kernel.jobs.job_types import HandledJob as HandledJob
from atum_desk.kernel.jobs.job_types import JobType as JobType


class WorkerContext(msgspec.Struct, frozen=True, kw_only=True):
    """What the worker's parts work with, in no workspace. `files` is the `files.public.FileStore`."""

    database: Database
    settings: Settings
    files: Any

    def in_workspace(self, workspace_id: int) -> JobContext:
        """Return what a job of a workspace works with."""
        return JobContext(
            database=self.database,
            settings=self.settings,
            files=self.files,
            actor=SystemActor(workspace_id=workspace_id, via="job"),
        )


class JobContext(WorkerContext, frozen=True, kw_only=True):
    """What a job's handler works with: everything it opens is in the workspace that enqueued the job."""

    actor: SystemActor

    def via(self, via: Via) -> JobContext:
        """Return what does the same, but whose changes say that they came in otherwise."""
        return msgspec.structs.replace(self, actor=msgspec.structs.replace(self.actor, via=via))

    def reading(self) -> AbstractAsyncContextManager[ReadTransaction]:
        """Open a read transaction in the job's workspace."""
        return self.database.reading(self.actor)

    def writing(self, command: str, first: str = "") -> AbstractAsyncContextManager[UnitOfWork]:
        """Open a unit of work in the job's workspace that becomes the change `command`; `first` runs as it opens."""
        return self.database.writing(self.actor, command, first)


class JobFailed(Exception):
    """The job cannot succeed however often it is tried: it becomes a dead letter at once."""


class RetryLater(Exception):
    """The handler knows when to try again; this does not use up an attempt's worth of patience."""

    def __init__(self, delay_seconds: float, reason: str) -> None:
        super().__init__(reason)
        self.delay_seconds = delay_seconds
