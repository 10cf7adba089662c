"""Finds who listens on a port of this machine, from /proc and so without any program."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

LISTENING = "0A"
SYSTEMD = 1


@dataclass(frozen=True)
class PortHolder:
    """A process that listens: its id, its name, and the unit it belongs to."""

    port: int
    pid: int
    name: str
    unit: str


def holders(ports: tuple[int, ...]) -> list[PortHolder]:
    """Return who listens on these TCP ports; a process that cannot be found out has id 0."""
    sockets = _listening(set(ports))
    if not sockets:
        return []
    found: dict[str, PortHolder] = {}
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            for inode in _sockets_of(process) & sockets.keys():
                # A socket that systemd has passed on is its service's.
                if inode not in found or found[inode].pid == SYSTEMD:
                    found[inode] = _holder(sockets[inode], process)
    missing = sockets.keys() - found.keys()
    unknown = [PortHolder(sockets[inode], 0, "an unknown process", "") for inode in missing]
    return sorted([*found.values(), *unknown], key=lambda holder: (holder.port, holder.pid))


def _listening(ports: set[int]) -> dict[str, int]:
    """Return the inodes of listening sockets and their ports."""
    found = {}
    for table in ("tcp", "tcp6"):
        try:
            lines = Path("/proc/net", table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            words = line.split()
            port = int(words[1].rpartition(":")[2], 16)
            if words[3] == LISTENING and port in ports:
                found[words[9]] = port
    return found


def _sockets_of(process: Path) -> set[str]:
    found = set()
    try:
        for descriptor in (process / "fd").iterdir():
            target = os.readlink(descriptor)
            if target.startswith("socket:["):
                found.add(target[8:-1])
    except OSError:
        pass  # it ended meanwhile, or is not ours to look at
    return found


def _holder(port: int, process: Path) -> PortHolder:
    try:
        name = (process / "comm").read_text().strip()
        groups = (process / "cgroup").read_text()
    except OSError:
        name, groups = "a process that ended", ""
    units = [word for word in groups.replace("\n", "/").split("/") if word.endswith(".service")]
    return PortHolder(port, int(process.name), name, units[-1] if units else "")
