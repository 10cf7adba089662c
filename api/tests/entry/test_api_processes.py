"""Several API processes behind one port: they share its requests and end as one."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

import free_ports
from atum_desk.kernel.config.settings import SettingError, load_settings
from redis_server import PROGRAM, RedisServer
from scratch_databases import SECRET
from suite.machine_speed import scaled
from waiting import in_time, until

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no redis-server on this machine")
REQUESTS = 60


class Manager:
    """What systemd would hear."""

    def __init__(self) -> None:
        self.line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.line.setblocking(False)
        self.line.bind("")
        self.address = "@" + self.line.getsockname()[1:].decode()
        self.heard: list[str] = []

    def has_heard(self, word: str) -> bool:
        while True:
            try:
                self.heard += self.line.recv(4096).decode().splitlines()
            except BlockingIOError:
                return word in self.heard


class Api:
    def __init__(self, process: asyncio.subprocess.Process, port: int, manager: Manager) -> None:
        self.process, self.manager = process, manager
        self.url = f"http://127.0.0.1:{port}"

    @property
    def children(self) -> set[int]:
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return {int(word) for word in path.read_text().split()}

    async def answers(self) -> bool:
        async with httpx.AsyncClient() as client:
            try:
                return (await client.get(f"{self.url}/api/v1/health/live")).status_code == 200
            except httpx.HTTPError:
                return False

    async def counted(self) -> int:
        """Return how many timed requests /metrics tells of."""
        async with httpx.AsyncClient() as client:
            told = (await client.get(f"{self.url}/metrics")).text
        found = re.search(r"^atum_http_requests_5m (\d+)", told, re.MULTILINE)
        assert found
        return int(found[1])


@pytest.fixture
async def api(database_url: str, tmp_path: Path) -> AsyncIterator[Api]:
    redis, port, manager = RedisServer(tmp_path), free_ports.free_port(), Manager()
    await redis.start()
    environment = {
        "PATH": os.environ["PATH"],
        "ATUM_DATABASE_URL": database_url,
        "ATUM_SECRET": SECRET,
        "ATUM_DATA": str(tmp_path),
        "ATUM_API_PORT": str(port),
        "ATUM_API_PROCESSES": "2",
        "ATUM_REDIS_URL": redis.url,
        "ATUM_POOL_SIZE": "2",
        "ATUM_LOG_FORMAT": "json",
        "NOTIFY_SOCKET": manager.address,
        "WATCHDOG_USEC": "2000000",
    }
    with (tmp_path / "api.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "atum_desk.entry.api",
            env=environment,
            cwd=Path(__file__).parents[2],
            stdout=log,
            stderr=log,
        )
    running = Api(process, port, manager)
    try:
        await until(lambda: manager.has_heard("READY=1"), 40)
        yield running
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await redis.kill()
        manager.line.close()


async def test_both_answer_and_each_tells_what_both_counted(api: Api) -> None:
    assert len(api.children) == 2
    # A connection for each: the kernel spreads connections, not requests.
    assert all([await api.answers() for _ in range(REQUESTS)])

    async def told_the_same() -> bool:
        told = [await api.counted() for _ in range(6)]
        return min(told) >= REQUESTS

    await until(told_the_same, 40)


async def test_an_ended_process_is_started_again_and_the_other_answers(api: Api) -> None:
    before = api.children
    os.kill(min(before), signal.SIGKILL)
    await until(lambda: len(api.children) == 2 and api.children != before, 40)
    await until(api.answers, 40)
    assert api.process.returncode is None


async def test_the_service_manager_hears_that_all_live_and_all_end_with_one_signal(api: Api) -> None:
    children = api.children
    await until(lambda: api.manager.has_heard("WATCHDOG=1"), 40)
    # One that hangs keeps the word from being said.
    os.kill(min(children), signal.SIGSTOP)
    await asyncio.sleep(scaled(3))
    api.manager.has_heard("WATCHDOG=1")
    api.manager.heard.clear()
    await asyncio.sleep(scaled(3))
    assert not api.manager.has_heard("WATCHDOG=1")
    os.kill(min(children), signal.SIGCONT)
    await until(lambda: api.manager.has_heard("WATCHDOG=1"), 40)
    api.process.send_signal(signal.SIGTERM)
    assert await in_time(api.process.wait(), 40) == 0
    assert api.manager.has_heard("STOPPING=1")
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]


async def test_none_outlives_the_first_process(api: Api) -> None:
    children = api.children
    api.process.kill()
    await in_time(api.process.wait(), 40)
    await until(lambda: not [one for one in children if Path(f"/proc/{one}").exists()], 40)


def test_several_need_one_redis() -> None:
    with pytest.raises(SettingError, match="ATUM_REDIS_URL"):
        load_settings({"ATUM_API_PROCESSES": "2"})
