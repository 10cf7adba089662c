"""A small pool of child processes for each process of ours; ADR 0018 says why."""

from __future__ import annotations

import asyncio
from typing import Any, overload
from weakref import WeakKeyDictionary

import structlog

from atum_desk.mime import MailSignature, ParsedMail
from atum_desk.sandbox.limits import limits_for
from atum_desk.sandbox.problems import TaskFailed
from atum_desk.sandbox.process import ChildProcess
from atum_desk.sandbox.tasks import (
    CheckSignature,
    CleanedHtml,
    CleanHtml,
    ForwardReading,
    HolidayFile,
    LogoImage,
    MailReading,
    PreviewMail,
    ReadForwarded,
    ReadHolidays,
    ReadLogo,
    ReadMail,
    Task,
)

CHILDREN = 2
# Whatever a library leaks, and what a huge mail left, goes with the process.
MOST_TASKS = 2_000
MOST_PEAK_BYTES = 160_000_000
IDLE_SECONDS = 60.0

log = structlog.get_logger()


class Sandbox:
    """At most `CHILDREN` children; the one that worked last works next, idle ones end.

    `warm` children stay however long nothing comes.
    """

    def __init__(self, warm: int = 0) -> None:
        self.warm = warm
        self._room = asyncio.Semaphore(CHILDREN)
        self._free: list[ChildProcess] = []
        self._ending: set[asyncio.Task[None]] = set()
        self._idle: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Start the children that stay."""
        while len(self._free) < self.warm:
            self._free.append(await ChildProcess.start())

    async def run(self, task: Task) -> Any:
        """Do a task in a child. Raises TaskFailed when its time or memory ends, or the child does."""
        size = len(task.html) if isinstance(task, CleanHtml) else len(task.raw)
        async with self._room:
            child = await self._take()
            try:
                return await child.run(task, limits_for(size))
            except TaskFailed as failure:
                log.warning("sandbox_task_failed", task=type(task).__name__, bytes=size, words=str(failure))
                raise
            finally:
                self._give_back(child)

    async def close(self) -> None:
        """End all children."""
        if self._idle:
            self._idle.cancel()
        self.warm = 0
        while self._free:
            self._end(self._free.pop())
        if self._ending:
            await asyncio.gather(*self._ending)

    async def _take(self) -> ChildProcess:
        while self._free:
            child = self._free.pop()
            if child.is_alive:
                return child
        return await ChildProcess.start()

    def _give_back(self, child: ChildProcess) -> None:
        worn = child.tasks >= MOST_TASKS or child.peak_bytes > MOST_PEAK_BYTES
        if worn or not child.is_alive:
            self._end(child)
        else:
            self._free.append(child)
        if self._idle is None:
            self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._end_idle)

    def _end_idle(self) -> None:
        """End the child that waited longest, if nothing needed it for a while."""
        self._idle = None
        if len(self._free) > self.warm:
            self._end(self._free.pop(0))
            loop = asyncio.get_running_loop()
            self._idle = loop.call_later(IDLE_SECONDS, self._end_idle)

    def _end(self, child: ChildProcess) -> None:
        task = asyncio.get_running_loop().create_task(child.kill())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, Sandbox] = WeakKeyDictionary()


def sandbox() -> Sandbox:
    """Return the pool of the running process."""
    loop = asyncio.get_running_loop()
    found = _pools.get(loop)
    if found is None:
        found = _pools[loop] = Sandbox()
    return found


@overload
async def run_in_child(task: ReadMail) -> MailReading: ...
@overload
async def run_in_child(task: ReadForwarded) -> ForwardReading | None: ...
@overload
async def run_in_child(task: PreviewMail) -> ParsedMail: ...
@overload
async def run_in_child(task: CheckSignature) -> MailSignature: ...
@overload
async def run_in_child(task: CleanHtml) -> CleanedHtml: ...
@overload
async def run_in_child(task: ReadLogo) -> LogoImage: ...
@overload
async def run_in_child(task: ReadHolidays) -> HolidayFile: ...
async def run_in_child(task: Task) -> Any:
    """Do a task in a child of the running process. Raises TaskFailed."""
    return await sandbox().run(task)
