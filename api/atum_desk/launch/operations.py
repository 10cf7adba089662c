"""Calls `infra/atumctl` for the desk that `./atum up` runs."""

import os
import subprocess
import sys
from pathlib import Path

from atum_desk.kernel.config.settings import REPOSITORY, Settings
from atum_desk.launch.postgres import EmbeddedPostgres, running_database
from atum_desk.launch.postgres_binaries import find_client

TOOL = REPOSITORY / "infra" / "atumctl"


def run_atumctl(settings: Settings, words: list[str]) -> int:
    """Run a verb of atumctl and return its exit code; the database is started for the while.

    On a server, where releases are installed, the tool finds everything by itself.
    """
    command = [sys.executable, str(TOOL), *words, "--prefix", str(REPOSITORY)]
    if {"-h", "--help"} & set(words) or (REPOSITORY / "current").exists():
        return subprocess.run(command, check=False).returncode
    with running_database(settings) as dsn:
        given = {"ATUM_PG_DSN": dsn, "ATUM_PG_BIN": str(client_programs(settings)), "ATUM_DATA": str(settings.data)}
        return subprocess.run(command, env=os.environ | given, check=False).returncode


def client_programs(settings: Settings) -> Path:
    """Return the folder of psql, pg_dump and pg_restore, of the server's own version."""
    server = None if settings.database_url else EmbeddedPostgres(settings).server
    return find_client("pg_dump", server).parent
