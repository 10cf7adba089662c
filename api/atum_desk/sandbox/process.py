"""One child process, seen from its parent: started, given a task, killed when it takes too long."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

import msgspec

import atum_desk
from atum_desk.kernel.notices import Foreign, Notice
from atum_desk.kernel.processes.child_signals import send_signal
from atum_desk.sandbox.frames import LENGTH, Answer, TaskRequest
from atum_desk.sandbox.limits import TaskLimits
from atum_desk.sandbox.notices import EndedItsProcess, NeededTooMuchMemory, NeededTooMuchTime, TookTooLong
from atum_desk.sandbox.problems import ChildCrashed, MemoryExceeded, TaskFailed, TimeExceeded
from atum_desk.sandbox.tasks import RESULTS, Task

_BUFFER_BYTES = 1 << 20
_ROOT = Path(atum_desk.__file__).parent.parent
_MEMORY_SIGNALS = (signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS)
_encoder = msgspec.msgpack.Encoder()
_answers = msgspec.msgpack.Decoder(Answer)
_results = {kind: msgspec.msgpack.Decoder(result) for kind, result in RESULTS.items()}


class ChildProcess:
    """A child and how much it did; one task at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.tasks = 0
        self.peak_bytes = 0

    @classmethod
    async def start(cls) -> ChildProcess:
        """Start a child. It sees no settings: what it reads might take it over."""
        seen = {name: os.environ[name] for name in ("PATH", "TZ") if name in os.environ}
        environment = seen | {"PYTHONDONTWRITEBYTECODE": "1", "MALLOC_ARENA_MAX": "1", "LC_ALL": "C.UTF-8"}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "atum_desk.sandbox.child",
            str(os.getpid()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=_ROOT,
            env=environment,
            limit=_BUFFER_BYTES,
        )
        return cls(process)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended, as far as is known."""
        return self._process.returncode is None

    async def run(self, task: Task, limits: TaskLimits) -> Any:
        """Do one task. Raises TaskFailed; after anything but "failed" the child is gone."""
        body = _encoder.encode(TaskRequest(limits, task))
        self.tasks += 1
        try:
            async with asyncio.timeout(limits.wall_seconds):
                answer = _answers.decode(await self._exchange(body))
        except TimeoutError:
            await self.kill()
            raise TimeExceeded(TookTooLong(limits.wall_seconds)) from None
        except (asyncio.IncompleteReadError, OSError):
            raise await self._why_it_ended(limits) from None
        except BaseException:
            # Whoever waited has gone; the child is in the middle of something.
            await self.kill()
            raise
        self.peak_bytes = answer.peak_bytes
        if answer.outcome == "done":
            return _results[type(task)].decode(answer.result)
        if answer.outcome == "memory":
            await self.kill()
            raise MemoryExceeded(_memory_notice(limits))
        raise TaskFailed(Foreign(answer.words))

    async def _exchange(self, body: bytes) -> bytes:
        requests, answers = self._process.stdin, self._process.stdout
        assert requests is not None
        assert answers is not None
        requests.writelines((LENGTH.pack(len(body)), body))
        await requests.drain()
        head = await answers.readexactly(LENGTH.size)
        return await answers.readexactly(LENGTH.unpack(head)[0])

    async def _why_it_ended(self, limits: TaskLimits) -> TaskFailed:
        await self.kill()
        number = -(self._process.returncode or 0)
        if number == signal.SIGXCPU:
            return TimeExceeded(NeededTooMuchTime(limits.cpu_seconds))
        if number in _MEMORY_SIGNALS:
            return MemoryExceeded(_memory_notice(limits))
        return ChildCrashed(EndedItsProcess(self._process.returncode or 0))

    async def kill(self) -> None:
        """End the child at once and wait until it is gone."""
        send_signal(self._process, signal.SIGKILL)
        transport = self._process.stdin
        if transport is not None:
            transport.close()
        await asyncio.shield(self._process.wait())


def _memory_notice(limits: TaskLimits) -> Notice:
    return NeededTooMuchMemory(limits.memory_bytes // 1_000_000)
