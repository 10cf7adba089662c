"""What the launcher's tests share: free ports, folders, and `./atum up` with fake services."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import free_ports
from atum_desk.kernel.config.settings import REPOSITORY
from atum_desk.launch.processes import end_process, processes_in
from suite.machine_speed import scaled

FAKE_UP = Path(__file__).with_name("fake_up.py")
START_TIMEOUT_SECONDS = 30


class RunningDesk:
    """A started `fake_up.py` and the line of JSON it printed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        """Wait for the line; fail with what it said when there is none."""
        assert process.stdout is not None
        self.process = process
        line = process.stdout.readline()
        if not line:
            _, said = process.communicate(timeout=scaled(START_TIMEOUT_SECONDS))
            pytest.fail(f"nothing started: {said}")
        self.ready: dict[str, Any] = json.loads(line)

    def end(self) -> float:
        """Ask it to end and return the seconds that took; it must end well."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(scaled(START_TIMEOUT_SECONDS)) == 0
        return time.monotonic() - started

    def log(self) -> str:
        """Return the lines of its processes so far."""
        return (Path(self.ready["data"]) / "logs" / "atum.log").read_text()


@pytest.fixture
def free_port() -> Callable[[], int]:
    """A function that returns ports nobody listens on."""

    return free_ports.free_port


@pytest.fixture
def environment(tmp_path: Path, free_port: Callable[[], int]) -> dict[str, str]:
    """Settings of an installation of its own, in a folder with a space in its name."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ATUM_")}
    return kept | {
        "ATUM_DATA": str(tmp_path / "a folder" / "data"),
        "ATUM_API_PORT": str(free_port()),
        "ATUM_LIVE_PORT": str(free_port()),
        "ATUM_SMTP_PORT": str(free_port()),
        "PYTHONPATH": str(REPOSITORY / "api"),
    }


@pytest.fixture
def fake_up(environment: dict[str, str]) -> Iterator[Callable[..., RunningDesk]]:
    """A function that starts `fake_up.py`; what it started is ended after the test."""
    started: list[subprocess.Popen[str]] = []

    def start(manner: str = "ready", **changed: str) -> RunningDesk:
        process = subprocess.Popen(
            [sys.executable, str(FAKE_UP), manner],
            env=environment | changed,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return RunningDesk(process)

    yield start
    for process in started:
        process.terminate()
        process.communicate(timeout=scaled(START_TIMEOUT_SECONDS))
    for pid in processes_in(Path(environment["ATUM_DATA"]) / "postgres"):
        end_process(pid, signal.SIGQUIT, START_TIMEOUT_SECONDS)


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], None]:
    """A function that waits until a condition holds and fails when it never does."""

    def wait(holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + scaled(START_TIMEOUT_SECONDS)
        while not holds():
            assert time.monotonic() < deadline, "waited in vain"
            time.sleep(0.02)

    return wait
