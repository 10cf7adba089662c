"""A signal to a child that has just ended leaves its status to whoever waits for it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Iterator

import pytest

from atum_desk.kernel.processes.child_signals import send_signal


@pytest.fixture
def waits_begin(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Return what lets asyncio's own waits go on: on a busy machine they come late, too."""
    begin, wait = threading.Event(), os.waitpid

    def waitpid(pid: int, options: int) -> tuple[int, int]:
        begin.wait()
        return wait(pid, options)

    monkeypatch.setattr(os, "waitpid", waitpid)
    yield begin
    begin.set()


def _wait_until_ended(pid: int) -> None:
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


async def test_the_status_of_a_child_that_ended_before_its_signal_is_kept(waits_begin: threading.Event) -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "raise SystemExit(7)")
    await asyncio.to_thread(_wait_until_ended, process.pid)
    send_signal(process, signal.SIGKILL)
    waits_begin.set()
    assert await process.wait() == 7


async def test_a_running_child_gets_its_signal_and_an_ended_one_none() -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "import time; time.sleep(600)")
    send_signal(process, signal.SIGTERM)
    assert await process.wait() == -signal.SIGTERM
    send_signal(process, signal.SIGTERM)
