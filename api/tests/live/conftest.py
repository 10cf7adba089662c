"""Fixtures of the live service's tests."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from factories import Given
from live_process import Clients, LiveProcess


@pytest.fixture
async def live(database_url: str, tmp_path: Path) -> AsyncIterator[LiveProcess]:
    """The live service on the test's database."""
    process = LiveProcess(database_url, tmp_path / "live")
    await process.start()
    try:
        yield process
    finally:
        await process.end(signal.SIGKILL)


@pytest.fixture
async def clients(live: LiveProcess, given: Given) -> AsyncIterator[Clients]:
    clients = Clients(live, given)
    try:
        yield clients
    finally:
        await clients.close()
