"""A whole desk for each test to break: a PostgreSQL of its own, three processes, uploads."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import asyncpg
import pytest

TREE = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(TREE / "api" / "tests"), str(TREE / "api"), str(TREE / "infra")]

from whole_desk import WholeDesk  # noqa: E402

from atum_desk.demo.public import fill_demo  # noqa: E402
from atum_desk.launch.postgres import EmbeddedPostgres  # noqa: E402
from atum_desk.launch.postgres_binaries import find_client  # noqa: E402
from atumctl.core.site import Site  # noqa: E402
from atumctl.doctor import doubtful_findings  # noqa: E402
from e2e.desk_processes import DeskProcesses  # noqa: E402
from scratch_databases import (  # noqa: E402
    SECRET,
    ensure_template,
    make_settings,
    with_database,
)

TICKETS = 40
_numbers = count(1)


@pytest.fixture(autouse=True)
def left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that nobody else keeps busy; tests of the load take the real one (test_load.py)."""
    monkeypatch.setattr(doubtful_findings, "why_others", lambda *_words: "")


@pytest.fixture(scope="session")
def private(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL that nobody else uses, so that it may be stopped and damaged."""
    folder = tmp_path_factory.mktemp("private") / "postgres"
    server = EmbeddedPostgres(data_directory=folder, durable=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
async def filled(
    private: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[str, Path]]:
    """A small company's database, to copy, and its uploads."""
    cluster = with_database(private.dsn(), "postgres")
    settings = make_settings(tmp_path_factory.mktemp("company"))
    template = await ensure_template(cluster, settings, seeded=True)
    async with _copy(cluster, template) as url:
        await fill_demo(settings, url, TICKETS)
        yield url, settings.uploads


@pytest.fixture
async def still(
    private: EmbeddedPostgres, filled: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[WholeDesk]:
    """A desk of one's own, as `./atum up` has it, whose processes are not started."""
    cluster = with_database(private.dsn(), "postgres")
    name = filled[0].partition("?")[0].rpartition("/")[2]
    site = Site(tmp_path / "the desk", "embedded", root=tmp_path / "machine")
    async with _copy(cluster, name) as url:
        processes = DeskProcesses(url, site.data, None)
        site.api.mkdir(parents=True)
        site.watch.mkdir(parents=True)
        site.requests.mkdir()
        shutil.copytree(filled[1], site.uploads)
        site.env_file.write_text(
            f"ATUM_SECRET={SECRET}\nATUM_DATABASE_URL={url}\nATUM_DATA={site.data}\n"
            "ATUM_OPS_SLICE_MB=64\n"
            f"ATUM_API_PORT={processes.api_port}\nATUM_LIVE_PORT={processes.live_port}\n"
            f"ATUM_SMTP_PORT={processes.smtp_port}\n"
        )
        monkeypatch.setenv("ATUM_PG_DSN", url)
        monkeypatch.setenv("ATUM_PG_BIN", str(find_client("pg_amcheck").parent))
        yield WholeDesk(site, processes, private)


@pytest.fixture
async def desk(still: WholeDesk) -> AsyncIterator[WholeDesk]:
    """A desk that runs."""
    await still.processes.start()
    try:
        yield still
    finally:
        await still.processes.stop()


@asynccontextmanager
async def _copy(cluster: str, template: str) -> AsyncIterator[str]:
    """Yield the URL of a copy; no connection stays open, for the server may be stopped meanwhile."""
    name = f"atum_doctor_{os.getpid()}_{next(_numbers)}"
    await _administer(cluster, f"create database {name} template {template} strategy file_copy")
    try:
        yield with_database(cluster, name)
    finally:
        await _administer(cluster, f"drop database {name} with (force)")


async def _administer(cluster: str, sql: str) -> None:
    connection = await asyncpg.connect(cluster)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()
