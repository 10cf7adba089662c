"""The whole product running, a relay, and a real browser."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, async_playwright

from e2e.desk_processes import DeskProcesses, RecordingRelay

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
async def relay() -> AsyncIterator[RecordingRelay]:
    relay = RecordingRelay()
    relay.start()
    yield relay
    relay.stop()


@pytest.fixture
async def processes(database_url: str, tmp_path: Path, relay: RecordingRelay) -> AsyncIterator[DeskProcesses]:
    """Everything running; what the processes logged is printed when a test fails."""
    processes = DeskProcesses(database_url, tmp_path / "desk", relay)
    await processes.start()
    yield processes
    await processes.stop()
    print(processes.log[-5000:])


@pytest.fixture
async def browser_context() -> AsyncIterator[BrowserContext]:
    """A fresh browser profile in Debian's Chromium; whatever a page logs as an error fails the test."""
    program = os.environ.get("ATUM_CHROMIUM") or "/usr/bin/chromium"
    if not Path(program).exists():
        pytest.skip("no Chromium on this machine")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=QUIET)
        context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
        yield context
        await browser.close()
