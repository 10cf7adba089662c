"""Several processes of one service under the one that the service manager started.

Each is forked once everything is imported, so that they share that memory. The first process does
no work of its own: it starts an ended one again, passes a stop on, and tells the service manager
that the service is ready or alive when all of its processes are.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import socket
import time
from collections.abc import Callable, Mapping

import structlog

from atum_desk.kernel.processes.child_signals import end_with_parent
from atum_desk.kernel.processes.service_manager import ServiceManager

PAUSE_SECONDS = 1.0
STEADY_SECONDS = 30.0
QUICK_ENDS_BEFORE_GIVING_UP = 5
LOOK_SECONDS = 0.5
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)

log = structlog.get_logger()


class Sibling:
    """One of the processes, and the line on which it says how it does (sd_notify(3))."""

    def __init__(self, index: int) -> None:
        self.index = index
        self.pid = 0
        self.began_at = 0.0
        self.quick_ends = 0
        self.is_ready = False
        self.heard_watchdog = False
        self.line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self.line.setblocking(False)
        # An address in the abstract namespace that the kernel chooses.
        self.line.bind("")
        self.address = "@" + self.line.getsockname()[1:].decode()

    def hear(self) -> None:
        """Take in what the process said."""
        while True:
            try:
                said = self.line.recv(4096).decode(errors="replace").splitlines()
            except BlockingIOError:
                return
            self.is_ready = self.is_ready or "READY=1" in said
            self.heard_watchdog = self.heard_watchdog or "WATCHDOG=1" in said


def run_forked(count: int, run: Callable[[int], None]) -> int:
    """Run `run(index)` in so many processes until a signal stops them; return the exit code.

    1 when a process ended again and again just after its start: the service manager decides then.
    """
    gc.collect()
    gc.freeze()
    return _Parent([Sibling(index) for index in range(count)], run).run()


class _Parent:
    def __init__(self, siblings: list[Sibling], run: Callable[[int], None]) -> None:
        self._siblings = siblings
        self._run = run
        self._manager = ServiceManager()
        self._stopping = False
        self._failed = False
        self._was_ready = False

    def run(self) -> int:
        wake, woken = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
        for number in (*STOP_SIGNALS, signal.SIGCHLD):
            signal.signal(number, self._take_signal)
        for one in self._siblings:
            self._start(one)
        lines = [one.line.fileno() for one in self._siblings]
        while not self._stopping or any(one.pid for one in self._siblings):
            select.select([wake, *lines], [], [], LOOK_SECONDS)
            _drain(wake)
            self._reap()
            self._tell()
            if not self._stopping:
                self._start_again()
        return 1 if self._failed else 0

    def _take_signal(self, number: int, _frame: object) -> None:
        if number in STOP_SIGNALS:
            self._stop()

    def _stop(self) -> None:
        self._stopping = True
        self._manager.stopping("finishing the requests in hand")
        for one in self._siblings:
            if one.pid:
                os.kill(one.pid, signal.SIGTERM)

    def _start(self, one: Sibling) -> None:
        follow = end_with_parent()
        # A signal that comes between fork and the child's own handlers must wait for those.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
        one.pid, one.began_at, one.is_ready = os.fork(), time.monotonic(), False
        if one.pid == 0:
            _become(one, follow, self._run)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)

    def _reap(self) -> None:
        for one in self._siblings:
            if not one.pid:
                continue
            pid, status = os.waitpid(one.pid, os.WNOHANG)
            if not pid:
                continue
            one.pid = 0
            if self._stopping:
                continue
            steady = time.monotonic() - one.began_at > STEADY_SECONDS
            one.quick_ends = 0 if steady else one.quick_ends + 1
            code = os.waitstatus_to_exitcode(status)
            log.error("process_ended", index=one.index, code=code, quick_ends=one.quick_ends)
            if one.quick_ends >= QUICK_ENDS_BEFORE_GIVING_UP:
                self._failed = True
                self._stop()

    def _start_again(self) -> None:
        for one in self._siblings:
            if not one.pid and time.monotonic() - one.began_at >= PAUSE_SECONDS * one.quick_ends:
                self._start(one)

    def _tell(self) -> None:
        for one in self._siblings:
            one.hear()
        if not self._was_ready and all(one.is_ready for one in self._siblings):
            self._was_ready = True
            self._manager.ready(f"{len(self._siblings)} processes serve requests")
        if all(one.heard_watchdog for one in self._siblings):
            self._manager.alive()
            for one in self._siblings:
                one.heard_watchdog = False


def _become(one: Sibling, follow: Callable[[], None] | None, run: Callable[[int], None]) -> None:
    """Be a sibling, in the forked process: run and end, whatever happens."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in (*STOP_SIGNALS, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
        if follow:
            follow()
        os.environ.update(_line_home(one.address, os.environ))
        run(one.index)
        code = 0
    except BaseException as error:
        log.error("process_failed", index=one.index, error=repr(error))
    finally:
        os._exit(code)


def _line_home(address: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Return what makes a process speak to its parent as it would to the service manager."""
    watchdog = environment.get("WATCHDOG_USEC", "")
    return {"NOTIFY_SOCKET": address, "WATCHDOG_PID": "", "WATCHDOG_USEC": watchdog}


def _drain(descriptor: int) -> None:
    with contextlib.suppress(BlockingIOError):
        os.read(descriptor, 4096)
