"""The processes of this machine, from /proc: whose they are, and what each has used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from atumctl.core.ports import holders
from atumctl.core.site import Site

PROC = Path("/proc")
# What a process of ours says in its command line, where no unit says whose it is.
OUR_WORD = "atum_desk."
BACKEND = "postgres: "
OUR_ROLES = "atum_desk_"
# The services of a release that is rehearsed (copy_of_site.py).
REHEARSAL = "atum-desk-rehearsal"
REHEARSED_SERVICES = ("api", "live", "worker")

IsService = Callable[[Path], bool]


@dataclass(frozen=True)
class RunningProcess:
    """A process: `key` stays its own when another gets its number; `ticks` of it and its ended children."""

    key: str
    pid: int
    parent: int
    name: str
    ticks: int
    is_ours: bool


def read_processes(site: Site, database: str, api_port: int) -> list[RunningProcess]:
    """Return every process that can be read, each with whether it is ours.

    Ours are the processes of the services (by unit on a server; elsewhere by command line, beside
    the API's) and the PostgreSQL backends that work for our roles in our database. A backup, a
    person's `psql`, and PostgreSQL for others are not: going back to another release ends none.
    """
    is_service = _by_unit(site) if site.kind == "server" else _beside_the_api(api_port)
    found = []
    for folder in PROC.iterdir():
        if folder.name.isdigit() and (process := _read(folder)):
            ours = is_service(folder) or _is_our_backend(folder, database)
            found.append(replace(process, is_ours=ours))
    return found


def private_bytes(process: RunningProcess) -> int:
    """Return the memory that a process shares with nobody, in bytes; 0 when it has ended."""
    return _status_kb(process.pid, "RssAnon:") * 1024


def disk_bytes(process: RunningProcess) -> int | None:
    """Return what a process has read from disks and written; None when that is not ours to see."""
    try:
        lines = (PROC / str(process.pid) / "io").read_text().splitlines()
    except OSError:
        return None
    counts = dict(line.split(": ") for line in lines)
    return int(counts["read_bytes"]) + int(counts["write_bytes"])


def _read(folder: Path) -> RunningProcess | None:
    try:
        text = (folder / "stat").read_text()
    except OSError:
        return None  # it ended meanwhile
    # The name is in brackets and may itself hold spaces and brackets.
    name = text[text.index("(") + 1 : text.rindex(")")]
    rest = text[text.rindex(")") + 2 :].split()
    ticks = sum(int(word) for word in rest[11:15])
    return RunningProcess(f"{folder.name}:{rest[19]}", int(folder.name), int(rest[1]), name, ticks, False)


def _by_unit(site: Site) -> IsService:
    names = (*site.services, site.bridge, *(f"{REHEARSAL}-{name}" for name in REHEARSED_SERVICES))
    units = tuple(f"/{name}.service" for name in names)

    def is_service(folder: Path) -> bool:
        groups = _text(folder / "cgroup")
        return any(unit in groups for unit in units)

    return is_service


def _beside_the_api(port: int) -> IsService:
    supervisors = {parent for one in holders((port,)) if (parent := _parent_of(one.pid))}

    def is_service(folder: Path) -> bool:
        return OUR_WORD in _text(folder / "cmdline") and bool(supervisors & set(_ancestors(folder)))

    return is_service


def _ancestors(folder: Path) -> Iterator[int]:
    pid = int(folder.name)
    while pid := _parent_of(pid):
        yield pid


def _parent_of(pid: int) -> int:
    process = _read(PROC / str(pid)) if pid else None
    return process.parent if process else 0


def _is_our_backend(folder: Path, database: str) -> bool:
    title = _text(folder / "cmdline")
    if not title.startswith(BACKEND):
        return False
    words = title.split()
    return database in words and any(word.startswith(OUR_ROLES) and word != database for word in words)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _status_kb(pid: int, name: str) -> int:
    lines = _text(PROC / str(pid) / "status").splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0)
