"""Shared fixtures: a real PostgreSQL, a database of one's own per test, and people and tickets in it."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.roles import LOGIN_ROLES
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.launch.postgres import EmbeddedPostgres, postgres_for_tests
from atum_desk.sandbox.pool import sandbox
from desk import Desk, opened_desk
from factories import Given
from made_up_commands import declare_made_up_commands
from scratch_databases import SECRET, copied_database, ensure_template, make_settings


def _refuse_other_machines(event: str, arguments: tuple[Any, ...]) -> None:
    """Audit hook: a test that reaches for another machine fails at once."""
    if event == "socket.connect":
        connecting, address = arguments
        if connecting.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
            raise PermissionError(f"a test tried to reach {address}")
    elif event == "socket.getaddrinfo" and arguments[0] and not _is_loopback(arguments[0]):
        raise PermissionError(f"a test tried to look up {arguments[0]}")


def _is_loopback(host: str | bytes) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    try:
        return ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


sys.addaudithook(_refuse_other_machines)
declare_made_up_commands()


_started: list[EmbeddedPostgres] = []


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """The superuser's URL of a PostgreSQL for tests: the one given, else one of our own."""
    if given := os.environ.get("ATUM_TEST_DATABASE_URL"):
        yield given
        return
    server = postgres_for_tests()
    # It may outlive us, when other test processes still use it; Python would warn of that.
    _started.append(server)
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings in force for one test, with a data folder of its own."""
    return make_settings(tmp_path / "data")


@pytest.fixture(scope="session")
async def template(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated database with the first workspace in it, to copy."""
    return await ensure_template(cluster, make_settings(tmp_path_factory.mktemp("data")), seeded=True)


@pytest.fixture(scope="session", autouse=True)
async def _children() -> AsyncIterator[None]:
    """Ends the processes that read mail, whoever started them."""
    yield
    await sandbox().close()


@pytest.fixture
async def database_url(cluster: str, template: str) -> AsyncIterator[str]:
    """A database of one's own with the first workspace; the URL is its superuser's."""
    async with copied_database(cluster, template) as url:
        yield url


@pytest.fixture
async def bare_database_url(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """A migrated database without any workspace."""
    settings = make_settings(tmp_path_factory.mktemp("data"))
    bare = await ensure_template(cluster, settings, seeded=False)
    async with copied_database(cluster, bare) as url:
        yield url


@pytest.fixture
async def database(database_url: str, settings: Settings) -> AsyncIterator[Database]:
    """An open Database with all three roles."""
    database = Database(settings, database_url, SECRET)
    await database.open(*LOGIN_ROLES, size=4)
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
async def given(database: Database) -> Given:
    """Makes teams, people, sessions and tickets in the first workspace."""
    return await Given.of_first_workspace(database)


@pytest.fixture(scope="session")
async def shared_desk(cluster: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """An installation for tests that leave each other's rows alone; they count nothing."""
    settings = make_settings(tmp_path_factory.mktemp("shared"))
    async with opened_desk(cluster, template, settings) as desk:
        yield desk


@pytest.fixture(scope="module")
async def law_desk(cluster: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """An installation for one module: generated histories leave traces others need not meet."""
    async with opened_desk(cluster, template, make_settings(tmp_path_factory.mktemp("laws"))) as desk:
        yield desk


@pytest.fixture
async def desk(database: Database, settings: Settings, given: Given) -> Desk:
    """An installation of one's own."""
    return Desk(database, settings, given)
