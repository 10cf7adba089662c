"""A desk with tickets and uploads in it, on the PostgreSQL that all tests share."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parents[3]
# The databases of tests are made where the application's own tests make theirs.
sys.path[:0] = [str(TREE / "api" / "tests"), str(TREE / "api"), str(TREE / "infra")]

from desk_with_uploads import lay_code  # noqa: E402

from atum_desk.demo.public import fill_demo  # noqa: E402
from atum_desk.launch.postgres import EmbeddedPostgres, postgres_for_tests  # noqa: E402
from atum_desk.launch.postgres_binaries import find_client  # noqa: E402
from atumctl.backup import backup  # noqa: E402
from atumctl.backup.manifest import Manifest, read_manifest  # noqa: E402
from atumctl.core.postgres import Postgres  # noqa: E402
from atumctl.core.site import Site  # noqa: E402
from atumctl.core.uploads import stored_files  # noqa: E402
from scratch_databases import (  # noqa: E402
    SECRET,
    copied_database,
    ensure_template,
    make_settings,
)

TICKETS = 40

_started: list[EmbeddedPostgres] = []


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """The superuser's URL of a PostgreSQL for tests."""
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


@pytest.fixture(scope="session")
def programs() -> str:
    """The folder of pg_dump, psql and pg_restore."""
    return str(find_client("pg_dump").parent)


class FilledSite:
    """A small company's database and its store, to copy for each test."""

    def __init__(self, cluster: str, template: str, uploads: Path) -> None:
        self.cluster = cluster
        self.template = template
        self.uploads = uploads
        self.backup: Path | None = None


@pytest.fixture(scope="session")
def filled(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FilledSite]:
    """A desk with a small company in it."""
    settings = make_settings(tmp_path_factory.mktemp("company"))
    with asyncio.Runner() as runner:
        template = runner.run(ensure_template(cluster, settings, seeded=True))
        copy = copied_database(cluster, template)
        url = runner.run(copy.__aenter__())
        runner.run(fill_demo(settings, url, TICKETS))
        yield FilledSite(cluster, url.partition("?")[0].rpartition("/")[2], settings.uploads)
        runner.run(copy.__aexit__(None, None, None))


@pytest.fixture
def site(filled: FilledSite, programs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """An embedded desk of one's own, with tickets and uploads."""
    site = Site(tmp_path / "the desk", "embedded")
    lay_code(site)
    site.env_file.write_text(f"ATUM_SECRET={SECRET}\nATUM_URL=https://desk.example\n")
    shutil.copytree(filled.uploads, site.uploads)
    with asyncio.Runner() as runner:
        copy = copied_database(filled.cluster, filled.template)
        monkeypatch.setenv("ATUM_PG_DSN", runner.run(copy.__aenter__()))
        monkeypatch.setenv("ATUM_PG_BIN", programs)
        _forget_unnamed(site)
        yield site
        runner.run(copy.__aexit__(None, None, None))


def _forget_unnamed(site: Site) -> None:
    """Leave only files that rows name, so that a test may lose any of them."""
    named = {row[0] for row in Postgres(site).query("select sha256 from atum.attachments")}
    for path in list(stored_files(site.uploads)):
        if path.name not in named:
            path.unlink()


@pytest.fixture
def made(site: Site, filled: FilledSite, tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """A backup of the desk as it was filled; made once and copied, for it is always the same."""
    if filled.backup is None:
        manifest = backup.make_backup(site)
        filled.backup = tmp_path_factory.mktemp("backup") / "made"
        shutil.copytree(site.backups, filled.backup)
        return manifest
    shutil.copytree(filled.backup, site.backups)
    return read_manifest(next(site.backups.glob("manifest_*")))


@pytest.fixture
def postgres(site: Site) -> Postgres:
    return Postgres(site)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[tuple[Site, str]]:
    """A blank machine: a cluster of its own that knows none of our roles, and no settings."""
    site = Site(tmp_path / "other", "embedded")
    lay_code(site)
    server = EmbeddedPostgres(data_directory=site.data / "postgres", durable=False)
    try:
        yield site, server.start()
    finally:
        server.stop()


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """A mounted disk."""
    folder = tmp_path / "a disk"
    folder.mkdir()
    return folder
