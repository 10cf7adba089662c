"""What is mounted on this machine, and what its settings want mounted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

# The machine's own view; that of a sandboxed unit has most of it read-only.
VIEWS = (Path("/proc/1/mountinfo"), Path("/proc/self/mountinfo"))
ESCAPED = re.compile(r"\\([0-7]{3})")
UNWANTED = {"none", "swap"}


@dataclass(frozen=True)
class Mount:
    """A file system at its place."""

    point: Path
    kind: str
    source: str
    read_only: bool

    def __str__(self) -> str:
        return f"{self.point} ({self.kind} of {self.source})"


def read_mounts() -> list[Mount]:
    """Return what is mounted, in the order it came: a later one hides an earlier one."""
    for view in VIEWS:
        try:
            lines = view.read_text().splitlines()
        except OSError:
            continue
        return [_mount(line) for line in lines]
    return []


def mount_of(place: Path, mounts: list[Mount]) -> Mount:
    """Return the mount that a place is in."""
    place = place.resolve()
    found = Mount(Path("/"), "unknown", "unknown", False)
    for mount in mounts:
        longer = len(mount.point.parts) >= len(found.point.parts)
        if longer and place.is_relative_to(mount.point):
            found = mount
    return found


def read_wanted_mounts(root: Path) -> set[Path]:
    """Return the places that /etc/fstab wants mounted at every start; none when it is missing."""
    try:
        lines = (root / "etc/fstab").read_text().splitlines()
    except OSError:
        return set()
    rows = [line.split() for line in lines if not line.lstrip().startswith("#")]
    return {
        Path(_plain(row[1]))
        for row in rows
        if len(row) >= 4 and row[1] not in UNWANTED and "noauto" not in row[3].split(",")
    }


def _mount(line: str) -> Mount:
    # See proc(5): optional fields end with a lone hyphen.
    first, _hyphen, rest = line.partition(" - ")
    words, (kind, source, *options) = first.split(), rest.split()
    states = {*words[5].split(","), *(options[0].split(",") if options else ())}
    return Mount(Path(_plain(words[4])), kind, _plain(source), "ro" in states)


def _plain(word: str) -> str:
    """Return a word of the kernel's tables, in which spaces are written as octal numbers."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 8)), word)
