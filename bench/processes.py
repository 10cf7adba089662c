"""The processes under measurement: started, asked for their CPU time and memory, ended."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from atum_desk.kernel.config.settings import REPOSITORY
from atum_desk.launch.processes import processes_in

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
START_TIMEOUT_SECONDS = 60.0


class Process:
    """A program of ours; its output goes to a file that is read when it fails."""

    def __init__(self, *module_and_words: str, **environment: str) -> None:
        descriptor, name = tempfile.mkstemp(prefix="atum-bench-", suffix=".log")
        self._log = Path(name)
        path = f"{REPOSITORY}{os.pathsep}{REPOSITORY / 'api'}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ATUM_")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", *module_and_words],
            env=kept | environment | {"PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            cwd=REPOSITORY,
        )
        os.close(descriptor)
        self.pid = self._process.pid

    def await_port(self, port: int) -> None:
        """Return when it listens; raises RuntimeError with its last words when it does not."""
        wanted = f":{port:04X} "
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            sockets = Path("/proc/net/tcp").read_text().splitlines()
            if any(wanted in line and line.split()[3] == "0A" for line in sockets):
                return
            time.sleep(0.05)
        raise RuntimeError(f"{self._process.args!r} did not listen: {self.last_words()}")

    def last_words(self) -> str:
        """Return the end of what it wrote."""
        return self._log.read_text(errors="replace")[-2000:]

    def cpu_seconds(self) -> float:
        """Return the CPU time it and its threads have used."""
        return cpu_seconds(self.pid)

    def memory_bytes(self) -> int:
        """Return the proportional share of memory (PSS) of it and the children that read mail."""
        return sum(_memory_bytes(pid) for pid in (self.pid, *_children_of(self.pid)))

    def stop(self) -> None:
        """End it and wait until it has ended."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.unlink(missing_ok=True)


def _memory_bytes(pid: int) -> int:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    line = next(line for line in text.splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) * 1024


def _children_of(pid: int) -> list[int]:
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for children in threads for child in children.read_text().split()]


def cpu_seconds(pid: int, *, with_ended_children: bool = False) -> float:
    """Return a process's user and system time; 0 when it has gone.

    Its threads are asked for nanoseconds: a tick of 10 ms is as long as ten requests, which a short slice is made of.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        own = sum(int(file.read_text().split()[0]) for file in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    own = own or sum(int(value) for value in fields[11:13]) / TICKS_PER_SECOND
    ended = sum(int(value) for value in fields[13:15]) / TICKS_PER_SECOND if with_ended_children else 0.0
    return own + ended


def postgres_cpu_seconds(data_directory: Path, server_pid: int) -> float:
    """Return the CPU time of a server with all its processes, those that have ended included."""
    return sum(cpu_seconds(pid, with_ended_children=pid == server_pid) for pid in processes_in(data_directory))
