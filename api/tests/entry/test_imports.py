"""What each process leaves out of its memory: libraries that it does not use."""

from __future__ import annotations

import subprocess
import sys

import pytest

CONSOLE = {"rich", "pygments", "click"}
# Each costs megabytes in a process that is idle for most of its life.
LEFT_OUT = {
    "live": CONSOLE | {"pgqueuer", "pydantic", "litestar", "httpx", "icalendar", "cryptography", "atum_desk.mime", "atum_desk.outbox"},
    "api": CONSOLE | {"pgqueuer", "pydantic"},
    "worker": CONSOLE | {"litestar"},
}  # fmt: skip


@pytest.mark.parametrize("process", LEFT_OUT)
def test_a_process_imports_nothing_that_it_does_not_use(process: str) -> None:
    script = (
        f"import sys, atum_desk.entry.{process}; print(*[n for n, m in sys.modules.items() if m])"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert set(run.stdout.split()) & LEFT_OUT[process] == set()
