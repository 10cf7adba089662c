"""Signals to child processes: sent past asyncio, and the one that follows their parent's end.

`Process.kill`, `terminate` and `send_signal` of asyncio ask `Popen.poll` first, which takes the
status of a child that has just ended; asyncio's own wait then finds none and reports 255 (CPython
issue 87744). Why a child ended would be lost exactly when it is asked.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress

PR_SET_PDEATHSIG = 1


def send_signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    """Send a signal to a child; do nothing when it has ended."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.kill(process.pid, number)


def end_with_parent() -> Callable[[], None] | None:
    """Return what a child runs before its program so that the kernel ends it after its parent.

    Source: prctl(2), PR_SET_PDEATHSIG. Only Linux has it.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def prepare() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        # The parent may have ended before the call above took effect.
        if os.getppid() != parent:
            os._exit(1)

    return prepare
