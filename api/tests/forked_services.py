"""The desk's services as processes of their own, forked from one that has imported them all.

To start Python and import the desk costs 0.7 s of the processor, more than most tests do with a
service. Here one process (this file as a program) imports it once for all tests of a test process,
and each service is a fork of it: it has an environment, a working folder, a log and signals of its
own, is killed like any other, and ends as Python does. How services start in production is proven
where `python -m atum_desk.entry.NAME` is run: tests/entry, tests/bench and infra/tests.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

API = Path(__file__).resolve().parents[1]
SERVICES = ("api", "live", "worker")
NUMBER_BYTES = 8
LONGEST_ORDER_BYTES = 200_000
# Set where services are to be programs with command lines of their own, and children of the tests.
AS_PROGRAMS = "ATUM_TEST_SERVICES_AS_PROGRAMS"
# As many descriptors as a process of a test may have open.
MOST_DESCRIPTORS = 4_096


class ForkedService:
    """A running service; made by `start_service`."""

    def __init__(self, pid: int, told: socket.socket) -> None:
        self.pid = pid
        self._told = told
        self._returncode: int | None = None

    @property
    def returncode(self) -> int | None:
        """The exit code, a signal's number below zero, or None while it runs."""
        if self._returncode is None:
            with contextlib.suppress(BlockingIOError):
                self._take(self._told.recv(NUMBER_BYTES))
        return self._returncode

    async def wait(self) -> int:
        """Wait for its end; return the exit code, a signal's number below zero."""
        while (code := self.returncode) is None:
            await _readable(self._told)
        return code

    def wait_blocking(self) -> int:
        """Wait for its end where nothing else is to be done meanwhile."""
        while (code := self.returncode) is None:
            with selectors.DefaultSelector() as selector:
                selector.register(self._told, selectors.EVENT_READ)
                selector.select()
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it without a word."""
        self.send_signal(signal.SIGKILL)

    def _take(self, word: bytes) -> None:
        self._told.close()
        if not word:
            raise RuntimeError("the process that forks services has ended")
        self._returncode = int.from_bytes(word, "big", signed=True)


class ServiceProgram(ForkedService):
    """A service that was started as on a server; made by `start_service`."""

    def __init__(self, program: subprocess.Popen[bytes]) -> None:
        self.pid = program.pid
        self._program = program

    @property
    def returncode(self) -> int | None:
        """The exit code, a signal's number below zero, or None while it runs."""
        return self._program.poll()

    async def wait(self) -> int:
        """Wait for its end; return the exit code, a signal's number below zero."""
        return await asyncio.to_thread(self._program.wait)

    def wait_blocking(self) -> int:
        """Wait for its end where nothing else is to be done meanwhile."""
        return self._program.wait()


async def start_service(name: str, environment: dict[str, str], log: Path | None = None) -> ForkedService:
    """Start a service of SERVICES in the API's folder; without a log it writes where the tests do."""
    if AS_PROGRAMS in os.environ:
        return _started_program(name, environment, log)
    orders = _orders_of_this_process()
    told, ours = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    told.setblocking(False)
    order = json.dumps({"name": name, "environment": environment}).encode()
    assert len(order) <= LONGEST_ORDER_BYTES
    descriptors = [ours.fileno(), os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600) if log else os.dup(2)]
    with ours:
        socket.send_fds(orders, [order], descriptors)
    os.close(descriptors[1])
    # The first one waits for the imports.
    await _readable(told)
    return ForkedService(int.from_bytes(told.recv(NUMBER_BYTES), "big"), told)


def _started_program(name: str, environment: dict[str, str], log: Path | None) -> ServiceProgram:
    with contextlib.ExitStack() as opened:
        output = opened.enter_context(log.open("ab")) if log else None
        command = [sys.executable, "-m", f"atum_desk.entry.{name}"]
        return ServiceProgram(
            subprocess.Popen(command, cwd=API, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        )


async def _readable(one: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    ready = loop.create_future()

    def be_ready() -> None:
        if not ready.done():
            ready.set_result(None)

    loop.add_reader(one, be_ready)
    try:
        await ready
    finally:
        loop.remove_reader(one)


_orders: dict[int, socket.socket] = {}


def _orders_of_this_process() -> socket.socket:
    """Return the way to the process that forks, started at the first call."""
    if os.getpid() not in _orders:
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with there:
            command = [sys.executable, str(Path(__file__).resolve()), str(there.fileno())]
            environment = os.environ | {"PYTHONPATH": str(API)}
            forking = subprocess.Popen(
                command, cwd=API, env=environment, stdin=subprocess.DEVNULL, pass_fds=[there.fileno()]
            )
        _orders[os.getpid()] = here
        atexit.register(_end, here, forking)
    return _orders[os.getpid()]


def _end(orders: socket.socket, forking: subprocess.Popen[bytes]) -> None:
    orders.close()
    forking.wait(30)


class _Forking:
    """What the program does: fork a service for each order, and tell its number and how it ended."""

    def __init__(self, orders: socket.socket) -> None:
        self._orders = orders
        self._running: dict[int, socket.socket] = {}

    def serve(self) -> tuple[str, dict[str, str]] | None:
        """Serve until the orders end, then kill what still runs; return the order in a fork."""
        ended, written = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(written)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        # Whoever asks ends the services.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with selectors.DefaultSelector() as selector:
            selector.register(self._orders, selectors.EVENT_READ)
            selector.register(ended, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fileobj == ended:
                        os.read(ended, 4096)
                        self._tell_ended()
                        continue
                    order, descriptors, _, _ = socket.recv_fds(self._orders, LONGEST_ORDER_BYTES, 2)
                    if not order:
                        self._kill_all()
                        return None
                    if given := self._fork(order, descriptors):
                        return given

    def _fork(self, order: bytes, descriptors: list[int]) -> tuple[str, dict[str, str]] | None:
        told, log = descriptors
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            os.dup2(log, 1)
            os.dup2(log, 2)
            given: dict[str, Any] = json.loads(order)
            return given["name"], given["environment"]
        os.close(log)
        self._running[pid] = socket.socket(fileno=told)
        with contextlib.suppress(OSError):
            self._running[pid].send(pid.to_bytes(NUMBER_BYTES, "big"))
        return None

    def _tell_ended(self) -> None:
        while self._running:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            code = os.waitstatus_to_exitcode(status)
            with self._running.pop(pid) as told, contextlib.suppress(OSError):
                told.send(code.to_bytes(NUMBER_BYTES, "big", signed=True))

    def _kill_all(self) -> None:
        for pid in self._running:
            os.kill(pid, signal.SIGKILL)
        for pid in self._running:
            os.waitpid(pid, 0)


def main(descriptor: int) -> None:
    """Import every service and fork them; in a fork, be the service."""
    for name in SERVICES:
        import_module(f"atum_desk.entry.{name}")
    # What a fork never writes to stays shared.
    gc.collect()
    gc.freeze()
    given = _Forking(socket.socket(fileno=descriptor)).serve()
    if given:
        _be(*given)


def _be(name: str, environment: dict[str, str]) -> None:
    os.closerange(3, MOST_DESCRIPTORS)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [f"atum_desk.entry.{name}"]
    import_module(f"atum_desk.entry.{name}").main()


if __name__ == "__main__":
    main(int(sys.argv[1]))
