"""Programs that keep processors busy: ours beside the API, and somebody else's."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

# What a command line says decides whose a process beside the API is.
OURS = "while True: pass  # atum_desk.entry.burner"
OTHERS = "while True: pass  # somebody else's"


@contextlib.contextmanager
def kept_busy(program: str, count: int = os.cpu_count() or 1) -> Iterator[list[int]]:
    """Run as many as there are processors, and yield their ids."""
    argv = [sys.executable, "-c", program]
    processes = [subprocess.Popen(argv, start_new_session=True) for _ in range(count)]
    try:
        yield [process.pid for process in processes]
    finally:
        for process in processes:
            process.send_signal(signal.SIGKILL)
            process.wait()
