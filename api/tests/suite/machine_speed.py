"""How slow this machine is now, measured once for each run; every deadline of a test is scaled by it.

The measure takes half a second: a loop of computing, starting a process, and a file forced to the
disk, each against what an idle machine of the reference kind (two cores of 2020) needs. The worst
of the three counts. A machine that is faster than the reference counts as the reference, so that
no deadline is shorter than it is written.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

VARIABLE = "ATUM_TEST_SLOWNESS"
# Above this a deadline would only hide that the test hangs.
MOST_SLOWNESS = 12.0
COMPUTE_SECONDS = 0.030
SPAWN_SECONDS = 0.025
SYNC_SECONDS = 0.020
ROUNDS = 5


def slowness() -> float:
    """Return how many times slower than the reference this machine was when the run began.

    Between 1 and `MOST_SLOWNESS`. Measured by whoever asks first and left in the environment, so
    that workers, processes of tests and the web tests share one figure.
    """
    if VARIABLE not in os.environ:
        os.environ[VARIABLE] = f"{_measured():.2f}"
    return min(max(float(os.environ[VARIABLE]), 1.0), MOST_SLOWNESS)


def scaled(seconds: float) -> float:
    """Return a deadline for this machine: so many seconds on the reference, more on a slower one."""
    return seconds * slowness()


def slowness_now() -> float:
    """Return how many times slower than the reference the machine is at this moment, at least 1.

    For what must hold a promise: others may have begun or ended their work since the run began.
    """
    return min(_measured(), MOST_SLOWNESS)


def expect_company(processes: int) -> None:
    """Count with test processes that will share this machine's cores; before anybody asks."""
    if VARIABLE not in os.environ:
        crowd = max(processes / (os.cpu_count() or 1), 1.0)
        os.environ[VARIABLE] = f"{_measured() * crowd:.2f}"


def _measured() -> float:
    return max(
        1.0,
        _mean_seconds(_compute) / COMPUTE_SECONDS,
        _mean_seconds(_spawn) / SPAWN_SECONDS,
        _mean_seconds(_sync) / SYNC_SECONDS,
    )


def _mean_seconds(work: Callable[[], object]) -> float:
    began_at = time.perf_counter()
    for _ in range(ROUNDS):
        work()
    return (time.perf_counter() - began_at) / ROUNDS


def _compute() -> int:
    return sum(number * number % 7 for number in range(400_000))


def _spawn() -> None:
    subprocess.run([sys.executable, "-I", "-S", "-c", ""], check=True)


def _sync() -> None:
    with tempfile.TemporaryFile() as file:
        file.write(b"x" * 65_536)
        file.flush()
        os.fsync(file.fileno())


if __name__ == "__main__":
    print(f"{slowness():.2f}")
