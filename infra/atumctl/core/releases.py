"""The installed releases, which of them runs, and the lock that verbs hold to change that."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from atumctl.core.output import CommandRefused
from atumctl.core.shell import run
from atumctl.core.site import Site

# What a release says of itself: version, schema, files.
NAME = "release.json"
KEPT = 3
TEMPLATES = ("systemd", "nginx")


def current_version(site: Site) -> str | None:
    """Return the version in use; None before the first."""
    try:
        return site.current.readlink().name
    except OSError:
        return None


def order(version: str) -> tuple[tuple[int, ...], int, str]:
    """Return what versions sort by: numbers as numbers, and 2.0-rc1 before 2.0."""
    numbers, dash, word = version.partition("-")
    return tuple(int(n) for n in re.findall(r"\d+", numbers)), 0 if dash else 1, word


def installed(site: Site) -> list[str]:
    """Return the versions that are installed, oldest first; a draft is none."""
    found = [path.parent.name for path in site.releases.glob(f"*/{NAME}")]
    return sorted((name for name in found if not name.startswith(".")), key=order)


def previous(site: Site) -> str:
    """Return the newest version before the one in use. Raises Refused when there is none."""
    now = current_version(site)
    earlier = [one for one in installed(site) if now and order(one) < order(now)]
    if not earlier:
        raise CommandRefused(f"There is no release before {now}; installed are {', '.join(installed(site))}.")
    return earlier[-1]


def superfluous(site: Site, kept: int = KEPT) -> list[str]:
    """Return the versions that need not stay: all but the newest few and the one in use."""
    now = current_version(site)
    return [one for one in installed(site)[:-kept] if one != now]


def other_templates(old: Path, new: Path) -> list[str]:
    """Return the units and nginx sites that are not the same in two releases."""
    names = {
        path.relative_to(tree / "infra").as_posix()
        for tree in (old, new)
        for folder in TEMPLATES
        for path in (tree / "infra" / folder).glob("*")
    }
    return sorted(one for one in names if _content(old, one) != _content(new, one))


def _content(release: Path, name: str) -> bytes | None:
    path = release / "infra" / name
    return path.read_bytes() if path.is_file() else None


def needed_schema(release: Path) -> str:
    """Return the schema revision that a release needs."""
    return str(json.loads((release / NAME).read_text())["schema"])


def running(site: Site, unit: str) -> str | None:
    """Return the version that a service runs, by the folder its process works in."""
    pid = main_pid(unit)
    try:
        folder = Path(os.readlink(f"/proc/{pid}/cwd"))
        return folder.relative_to(site.releases).parts[0]
    except (OSError, ValueError, IndexError):
        return None


def main_pid(unit: str) -> int:
    """Return the process of a service; 0 when it does not run."""
    said = run(["systemctl", "show", "--property=MainPID", "--value", unit], check=False).stdout
    return int(said.strip() or 0)


@contextlib.contextmanager
def altering(site: Site) -> Iterator[None]:
    """Keep other verbs that change releases away. Raises Refused while one runs."""
    with site.lock_file.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise CommandRefused(
                f"{file.read().strip() or 'Another verb'} is running; try again when it has ended."
            ) from None
        file.truncate(0)
        file.write(f"atumctl (process {os.getpid()})")
        file.flush()
        yield


def outlive_terminal(log: Path) -> None:
    """Go on when the terminal is closed, and write to a file what would be told there."""

    def redirect(number: int, frame: FrameType | None) -> None:
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for one in (sys.stdout, sys.stderr):
            os.dup2(descriptor, one.fileno())

    signal.signal(signal.SIGHUP, redirect)


def require_server(site: Site) -> None:
    """Raise Refused unless this is a server's installation and we may alter it."""
    if site.kind != "server":
        raise CommandRefused("./atum up runs the tree it is in; only a server has releases.")
    if os.geteuid() != 0:
        raise CommandRefused("Run this as root.")
    if current_version(site) is None:
        raise CommandRefused(f"Nothing is installed in {site.prefix}; run install first.")
