"""Signals to child processes that leave their exit status to asyncio.

`Process.kill`, `terminate` and `send_signal` of asyncio ask `Popen.poll` first, which takes the
status of a child that has just ended; asyncio's own wait then finds none and reports 255 (CPython
issue 87744). Why a child ended would be lost exactly when it is asked.
"""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress


def send_signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    """Send a signal to a child; do nothing when it has ended."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.kill(process.pid, number)
