"""One supervised process: started, its lines passed on, started again when it ends."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable, Mapping

from atum_desk.kernel.processes.child_signals import end_with_parent, send_signal

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 10.0
STEADY_SECONDS = 30.0
GRACE_SECONDS = 10.0
LONGEST_LINE_BYTES = 1 << 20


class Child:
    """A process that is kept running until `stop`.

    It leads a process group of its own: a Ctrl-C on the terminal does not reach it before the
    supervisor decides, and whatever it started ends with it.
    """

    def __init__(
        self, name: str, command: list[str], environment: Mapping[str, str], say: Callable[[str, str], None]
    ) -> None:
        """Describe the process; `say(name, line)` gets every line it prints."""
        self.name = name
        self.quick_ends = 0
        self.last_line = ""
        self._command = command
        self._environment = environment
        self._say = say
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Keep the process running, pausing longer after each quick end, until `stop`."""
        while not self._stopping.is_set():
            started = time.monotonic()
            code = await self._run_once()
            if self._stopping.is_set():
                return
            steady = time.monotonic() - started > STEADY_SECONDS
            self.quick_ends = 0 if steady else self.quick_ends + 1
            pause = min(FIRST_PAUSE_SECONDS * 2 ** min(self.quick_ends, 9), LONGEST_PAUSE_SECONDS)
            self._say(self.name, f"ended ({_ending(code)}); starts again in {pause:.1f} s")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._stopping.wait()

    def stop(self) -> None:
        """Ask the process to end and do not start it again; `run` returns when it has ended."""
        self._stopping.set()
        if self._process is not None and self._process.returncode is None:
            send_signal(self._process, signal.SIGTERM)
            asyncio.get_running_loop().call_later(GRACE_SECONDS, self._end_at_last, self._process)

    async def _run_once(self) -> int:
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=end_with_parent(),
            limit=LONGEST_LINE_BYTES,
        )
        if self._stopping.is_set():
            send_signal(self._process, signal.SIGTERM)
        passing_on = asyncio.create_task(self._pass_on_lines(self._process))
        code = await self._process.wait()
        _kill_group(self._process.pid)
        await passing_on
        return code

    async def _pass_on_lines(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while True:
            try:
                line = await process.stdout.readline()
            except ValueError:
                line = b"(a line that was too long to show)"
            if not line:
                return
            self.last_line = line.decode(errors="replace").rstrip()
            self._say(self.name, self.last_line)

    def _end_at_last(self, process: asyncio.subprocess.Process) -> None:
        if process.returncode is None:
            self._say(self.name, f"did not end in {GRACE_SECONDS:.0f} s and is killed")
            _kill_group(process.pid)


def _kill_group(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _ending(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
