"""What one task in a child process may use, and how the child binds itself to that."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys

import msgspec

_PR_SET_PDEATHSIG = 1
_BASE_MEMORY_BYTES = 350_000_000
# A parsed mail takes several times its size; see the test of memory in tests/mime.
_MEMORY_PER_BYTE = 10
_MOST_MEMORY_BYTES = 800_000_000
_BASE_CPU_SECONDS = 20.0
# Many times what the worst input of a kind costs; see docs/mail-parsing.md.
_CPU_SECONDS_PER_MEGABYTE = 4.0
_MOST_CPU_SECONDS = 60.0
# The machine may be busy with something else.
_WALL_PER_CPU = 4.0


class TaskLimits(msgspec.Struct, frozen=True):
    """Seconds of CPU time and of the clock, and bytes of address space, of one task."""

    cpu_seconds: float
    wall_seconds: float
    memory_bytes: int


def limits_for(size_bytes: int) -> TaskLimits:
    """Return the limits of a task over so many bytes of input."""
    cpu = min(_BASE_CPU_SECONDS + _CPU_SECONDS_PER_MEGABYTE * size_bytes / 1e6, _MOST_CPU_SECONDS)
    memory = min(_BASE_MEMORY_BYTES + _MEMORY_PER_BYTE * size_bytes, _MOST_MEMORY_BYTES)
    return TaskLimits(cpu, cpu * _WALL_PER_CPU, memory)


def bind_to_parent(parent_pid: int) -> None:
    """Make the child end when its parent does, however that ends, and leave signals to the parent."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    # No core file: it would hold somebody's mail.
    _set_limit(resource.RLIMIT_CORE, 0)
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent_pid:
        sys.exit(0)


def apply_limits(limits: TaskLimits) -> None:
    """Bind the process for its next task; the kernel ends it with SIGXCPU at the end of its time."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = used.ru_utime + used.ru_stime + limits.cpu_seconds
    # Whole seconds: never less than was granted.
    _set_limit(resource.RLIMIT_CPU, int(seconds) + 1)
    _set_limit(resource.RLIMIT_AS, limits.memory_bytes)


def _set_limit(kind: int, soft: int) -> None:
    """Set a soft limit; where the system forbids it the parent's clock is left, and it says so once."""
    try:
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (soft, hard))
    except (OSError, ValueError):
        if kind not in _refused:
            _refused.add(kind)
            print(f"the system refuses resource limit {kind}", file=sys.stderr, flush=True)


_refused: set[int] = set()
