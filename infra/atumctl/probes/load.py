"""Whose load it is: how much of this machine our services and other programs use.

A release is taken back for what it does itself. What other programs use is told and taken for no
fault of ours: "busy, by others".
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from atumctl.core.processes import RunningProcess, disk_bytes, read_processes
from atumctl.core.site import Site

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
BLOCK_DEVICES = Path("/sys/block")
DISK_STATS = Path("/proc/diskstats")
# Stacked and made-up devices count again what a real one counts already.
NO_DISKS = ("loop", "ram", "zram", "dm-", "md", "sr", "fd")
SECTOR_BYTES = 512
# The load is ours when we use this part of what is in use: beside one busy process of somebody
# else's, one of ours would be half, and neither alone fills a machine.
MOSTLY = 2 / 3
BUSY_PERCENT = 90.0
DISK_PERCENT = 90.0
# Starting a program that does nothing takes hundredths of a second on a machine with time to spare.
SLOW_START_SECONDS = 1.0
# A machine on which one starts within this keeps nobody waiting for seconds.
PROMPT_SECONDS = 0.1
NAMED = 3
# Counters of a run that lies longer back than this say nothing of now.
LATELY_SECONDS = 600.0


@dataclass(frozen=True)
class Counters:
    """What was used since boot: processor time in ticks, disks in ms of work and in bytes.

    `own` is what this measurement itself used, with the programs it ran and ended. `processes` are
    those of the machine; of an earlier run only ours are known.
    """

    at: float
    boot: str
    total: int
    idle: int
    own: int
    processes: dict[str, tuple[str, int, bool]]
    disk_ms: dict[str, int] = field(default_factory=dict)
    disk_bytes: int = 0
    our_disk_bytes: dict[str, int] = field(default_factory=dict)

    def to_memory(self) -> dict[str, Any]:
        """Return what the next run needs to compare with."""
        ours = {key: known for key, known in self.processes.items() if known[2]}
        return {
            "at": self.at,
            "boot": self.boot,
            "total": self.total,
            "idle": self.idle,
            "own": 0,
            "processes": ours,
            "disk_ms": self.disk_ms,
            "disk_bytes": self.disk_bytes,
            "our_disk_bytes": self.our_disk_bytes,
        }


@dataclass(frozen=True)
class Load:
    """Shares of all processors' time in percent, the busiest disk's, and our part of the bytes."""

    seconds: float
    busy: float
    ours: float
    others: float
    disk_busy: float
    our_disk_part: float
    largest: tuple[str, ...] = ()

    @property
    def is_ours(self) -> bool:
        """Say whether most of what is in use, we use."""
        return self.ours >= MOSTLY * self.busy

    def __str__(self) -> str:
        who = f" ({', '.join(self.largest)})" if self.largest else ""
        return f"processors {self.busy:.0f} % busy: ATUM DESK {self.ours:.0f} %, others {self.others:.0f} %{who}"


def read_counters(site: Site, database: str, api_port: int) -> Counters:
    """Return what was used up to now."""
    processes = read_processes(site, database, api_port)
    total, idle = _processor_ticks()
    disk_ms, disk_total = _disks()
    return Counters(
        at=time.time(),
        boot=BOOT_ID.read_text().strip(),
        total=total,
        idle=idle,
        own=_own_ticks(),
        processes={one.key: (one.name, one.ticks, one.is_ours) for one in processes},
        disk_ms=disk_ms,
        disk_bytes=disk_total,
        our_disk_bytes=_our_disk_bytes(processes),
    )


def counters_of(memory: dict[str, Any], now: Counters) -> Counters | None:
    """Return an earlier run's counters; None when they are of another boot, or too old."""
    try:
        known = {key: (str(n), int(t), bool(o)) for key, (n, t, o) in memory["processes"].items()}
        found = Counters(**memory | {"processes": known})
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    lately = 0 < now.at - found.at < LATELY_SECONDS and found.total < now.total
    return found if lately and found.boot == now.boot else None


def between(before: Counters, now: Counters) -> Load:
    """Return the load between two moments."""
    total = max(now.total - before.total, 1)
    busy = min(max(total - (now.idle - before.idle), 0), total)
    ours = min(_used(before, now, ours=True), busy)
    own = min(max(now.own - before.own, 0), busy - ours) if before.own else 0
    others = busy - ours - own
    moved = max(now.disk_bytes - before.disk_bytes, 0)
    our_bytes = sum(max(count - before.our_disk_bytes.get(key, 0), 0) for key, count in now.our_disk_bytes.items())
    milliseconds = max((now.at - before.at) * 1000, 1)
    work = [ms - before.disk_ms.get(name, ms) for name, ms in now.disk_ms.items()]
    return Load(
        seconds=now.at - before.at,
        busy=100 * busy / total,
        ours=100 * ours / total,
        others=100 * others / total,
        disk_busy=min(100 * max(work, default=0) / milliseconds, 100.0),
        our_disk_part=min(our_bytes / moved, 1.0) if moved else 0.0,
        largest=_largest(before, now, total),
    )


def why_others(load: Load, start_seconds: float | None = None) -> str:
    """Return why other programs cause the slowness; an empty text when it may be ours.

    `start_seconds` is what a program that does nothing took to start meanwhile, where that was
    measured: busy processors that start one at once keep nothing else waiting either.
    """
    waits = start_seconds is None or start_seconds >= PROMPT_SECONDS
    if waits and load.busy >= BUSY_PERCENT and load.others > load.busy * (1 - MOSTLY):
        return str(load)
    if load.disk_busy >= DISK_PERCENT and load.our_disk_part < 1 - MOSTLY:
        part = 100 * load.our_disk_part
        return f"disk {load.disk_busy:.0f} % busy, {part:.0f} % of its work is ATUM DESK's"
    if (start_seconds or 0.0) >= SLOW_START_SECONDS and not _is_our_doing(load):
        return f"a program that does nothing took {start_seconds:.1f} s to start; {load}"
    return ""


def _is_our_doing(load: Load) -> bool:
    return load.busy >= BUSY_PERCENT and load.is_ours


def _used(before: Counters, now: Counters, *, ours: bool) -> int:
    """Return the ticks of all processes that are ours, or are not."""
    used = 0
    for key, (_name, ticks, is_ours) in now.processes.items():
        if is_ours == ours:
            used += max(ticks - before.processes.get(key, ("", 0, ours))[1], 0)
    return used


def _largest(before: Counters, now: Counters, total: int) -> tuple[str, ...]:
    """Return the names of the other programs that used most, with their percent."""
    used: dict[str, int] = {}
    for key, (name, ticks, is_ours) in now.processes.items():
        # Of an earlier run others are not known, and the age of a process is not its load.
        if not is_ours and key in before.processes:
            used[name] = used.get(name, 0) + ticks - before.processes[key][1]
    most = sorted(used.items(), key=lambda one: -one[1])[:NAMED]
    return tuple(f"{name} {100 * n / total:.0f} %" for name, n in most if 100 * n >= total)


def _our_disk_bytes(processes: Iterable[RunningProcess]) -> dict[str, int]:
    counted = ((one.key, disk_bytes(one)) for one in processes if one.is_ours)
    return {key: count for key, count in counted if count is not None}


def _processor_ticks() -> tuple[int, int]:
    """Return the ticks of all processors since boot, and how many of them were idle."""
    with open("/proc/stat", encoding="ascii") as file:
        ticks = [int(word) for word in file.readline().split()[1:9]]
    return sum(ticks), ticks[3] + ticks[4]


def _own_ticks() -> int:
    used = os.times()
    seconds = used.user + used.system + used.children_user + used.children_system
    return int(seconds * os.sysconf("SC_CLK_TCK")) + 1


def _disks() -> tuple[dict[str, int], int]:
    """Return the ms that each disk has worked since boot, and the bytes that all have moved."""
    try:
        lines = DISK_STATS.read_text().splitlines()
        whole = {path.name for path in BLOCK_DEVICES.iterdir()}
    except OSError:
        return {}, 0
    worked, moved = {}, 0
    for words in (line.split() for line in lines):
        name = words[2] if len(words) > 12 else ""
        if name in whole and not name.startswith(NO_DISKS):
            worked[name] = int(words[12])
            moved += (int(words[5]) + int(words[9])) * SECTOR_BYTES
    return worked, moved
