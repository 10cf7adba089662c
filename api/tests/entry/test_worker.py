"""The worker as a real process."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import pytest

import free_ports
from atum_desk.kernel.jobs.worker_health import WorkerHealth, get_worker_health
from factories import Given
from scratch_databases import SECRET
from suite.machine_speed import scaled
from waiting import in_time, until


async def start_worker(database_url: str, data: Path, smtp_port: int) -> asyncio.subprocess.Process:
    environment = {
        "PATH": os.environ["PATH"],
        "ATUM_DATABASE_URL": database_url,
        "ATUM_SECRET": SECRET,
        "ATUM_DATA": str(data),
        "ATUM_SMTP_PORT": str(smtp_port),
        "ATUM_LOG_FORMAT": "json",
    }
    with (data / "worker.log").open("ab") as log:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "atum_desk.entry.worker",
            env=environment,
            cwd=Path(__file__).parents[2],
            stdout=log,
            stderr=log,
        )


@pytest.fixture
def free_port() -> int:
    return free_ports.free_port()


async def ask_after_workers(given: Given) -> WorkerHealth:
    async with given.database.connection("atum_desk_staff") as connection:
        return await get_worker_health(connection)


async def test_a_worker_is_seen_takes_mail_and_ends_when_asked(
    given: Given, database_url: str, tmp_path: Path, free_port: int
) -> None:
    async def is_seen() -> bool:
        return (await ask_after_workers(given)).is_alive

    worker = await start_worker(database_url, tmp_path, free_port)
    try:
        await until(is_seen, 20)
        reader, writer = await asyncio.open_connection("127.0.0.1", free_port)
        assert (await reader.readline()).startswith(b"220 ")
        writer.close()
        began_at = time.monotonic()
        worker.send_signal(signal.SIGTERM)
        code = await in_time(worker.wait(), 10)
    finally:
        if worker.returncode is None:
            worker.kill()
            await worker.wait()
    assert code == 0, (tmp_path / "worker.log").read_text()
    assert time.monotonic() - began_at < scaled(5)
    assert (await ask_after_workers(given)).seconds_since_seen is None


async def test_a_killed_worker_is_noticed_by_its_silence(
    given: Given, database_url: str, tmp_path: Path, free_port: int
) -> None:
    async def is_seen() -> bool:
        return (await ask_after_workers(given)).is_alive

    async def is_silent() -> bool:
        return ((await ask_after_workers(given)).seconds_since_seen or 0) > 4

    worker = await start_worker(database_url, tmp_path, free_port)
    try:
        await until(is_seen, 20)
    finally:
        worker.kill()
        await worker.wait()
    await until(is_silent, 10)
