"""What the three processes tell systemd, heard on a real socket."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import asyncpg
import pytest

from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.kernel.jobs.runner import STUCK_AFTER_SECONDS, JobRunner
from atum_desk.kernel.processes.service_manager import ServiceManager
from factories import Given
from free_ports import free_port
from scratch_databases import SECRET
from waiting import in_time, until

API = Path(__file__).parents[2]


class Systemd:
    """The socket that systemd listens on, and what was said on it."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.path)
        self._socket.setblocking(False)
        self.heard: list[str] = []

    def has(self, line: str) -> bool:
        self.listen()
        return line in self.heard

    def listen(self) -> None:
        while True:
            try:
                self.heard += self._socket.recv(4096).decode().split("\n")
            except BlockingIOError:
                return

    def forget(self) -> None:
        self.listen()
        self.heard.clear()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
async def systemd(tmp_path: Path) -> AsyncIterator[Systemd]:
    systemd = Systemd(tmp_path / "notify")
    yield systemd
    systemd.close()


@asynccontextmanager
async def service(
    name: str, database_url: str, tmp_path: Path, **environment: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    """Run one process of the product and yield it with its port."""
    port = free_port()
    given = {
        "PATH": os.environ["PATH"],
        "ATUM_DATABASE_URL": database_url,
        "ATUM_SECRET": SECRET,
        "ATUM_DATA": str(tmp_path / "data"),
        "ATUM_API_PORT": str(port),
        "ATUM_LIVE_PORT": str(port),
        "ATUM_SMTP_PORT": str(port),
        **environment,
    }
    (tmp_path / "data" / "uploads").mkdir(parents=True, exist_ok=True)
    with (tmp_path / "service.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", f"atum_desk.entry.{name}", env=given, cwd=API, stdout=log, stderr=log
        )
    try:
        yield process, port
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        print((tmp_path / "service.log").read_text()[-3000:])


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("name", ["api", "live", "worker"])
async def test_a_process_says_when_it_serves_that_it_lives_and_that_it_stops(
    database_url: str, tmp_path: Path, systemd: Systemd, name: str
) -> None:
    environment = {"NOTIFY_SOCKET": systemd.path, "WATCHDOG_USEC": "400000"}
    async with service(name, database_url, tmp_path, **environment) as (process, port):
        await until(lambda: systemd.has("READY=1"), 20)
        assert listens(port), "it was said to be ready before it listens"
        assert any(line.startswith("STATUS=") for line in systemd.heard)
        for _ in range(3):
            systemd.forget()
            await until(lambda: systemd.has("WATCHDOG=1"), 2)
        assert "STOPPING=1" not in systemd.heard
        process.send_signal(signal.SIGTERM)
        await until(lambda: systemd.has("STOPPING=1"), 5)
        assert await in_time(process.wait(), 10) == 0


async def test_a_stopped_event_loop_is_silent(database_url: str, tmp_path: Path, systemd: Systemd) -> None:
    environment = {"NOTIFY_SOCKET": systemd.path, "WATCHDOG_USEC": "200000"}
    async with service("live", database_url, tmp_path, **environment) as (process, _port):
        await until(lambda: systemd.has("WATCHDOG=1"), 20)
        process.send_signal(signal.SIGSTOP)
        systemd.forget()
        await asyncio.sleep(0.6)
        assert not systemd.has("WATCHDOG=1")
        process.send_signal(signal.SIGCONT)
        await until(lambda: systemd.has("WATCHDOG=1"), 5)


async def test_the_api_is_not_ready_at_another_releases_schema(
    database_url: str, tmp_path: Path, systemd: Systemd
) -> None:
    owner = await asyncpg.connect(database_url)
    await owner.execute("update public.schema_revision set version_num = '0000'")
    await owner.close()
    environment = {"NOTIFY_SOCKET": systemd.path}
    async with service("api", database_url, tmp_path, **environment) as (_process, port):
        await until(lambda: listens(port), 20)
        await asyncio.sleep(0.5)
        assert not systemd.has("READY=1")


async def test_without_a_service_manager_nothing_is_said() -> None:
    manager = ServiceManager({})
    manager.ready("listening")
    await in_time(manager.keep_watch(), 1)
    manager.stopping("ending")


async def test_what_does_no_work_is_not_said_to_live(systemd: Systemd) -> None:
    alive = False
    manager = ServiceManager({"NOTIFY_SOCKET": systemd.path, "WATCHDOG_USEC": "20000"})
    watch = asyncio.create_task(manager.keep_watch(lambda: alive))
    await asyncio.sleep(0.1)
    assert not systemd.has("WATCHDOG=1")
    alive = True
    await until(lambda: systemd.has("WATCHDOG=1"), 1)
    watch.cancel()


async def test_the_watchdog_of_another_process_is_not_ours(systemd: Systemd) -> None:
    environment = {"NOTIFY_SOCKET": systemd.path, "WATCHDOG_USEC": "20000", "WATCHDOG_PID": "1"}
    await in_time(ServiceManager(environment).keep_watch(), 1)
    assert not systemd.has("WATCHDOG=1")


async def test_a_socket_in_the_abstract_namespace_is_reached() -> None:
    name = f"atum-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind("\0" + name)
        heard.settimeout(1)
        ServiceManager({"NOTIFY_SOCKET": "@" + name}).ready("listening")
        assert heard.recv(100) == b"READY=1\nSTATUS=listening"


async def test_a_queue_that_nobody_looks_at_counts_as_dead(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = WorkerContext(database=given.database, settings=given.database._settings, files=None)
    runner = JobRunner(worker, {})
    running = asyncio.create_task(runner.run())
    await in_time(runner.started.wait(), 10)
    assert runner.is_alive()
    await runner.stop(1)
    await running
    now = time.monotonic()
    late = SimpleNamespace(monotonic=lambda: now + STUCK_AFTER_SECONDS + 1)
    monkeypatch.setattr("atum_desk.kernel.jobs.runner.time", late)
    assert not runner.is_alive()
