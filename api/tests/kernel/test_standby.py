"""A streaming standby of PostgreSQL answers what the API reads, and says plainly that it stores nothing."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from atum_desk.entry.prepare import prepare_database
from atum_desk.kernel.database import units_of_work
from atum_desk.kernel.database.roles import LOGIN_ROLES
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.launch.postgres import EmbeddedPostgres
from atum_desk.launch.unprivileged import unprivileged
from desk import Desk
from factories import Given
from scratch_databases import SECRET, make_settings
from waiting import until

READS = (
    "/tickets",
    "/tickets?view=my_open",
    "/tickets?view=all&sort=-priority",
    "/tickets?assignee_id=none",
    "/tickets?q=copy",
    "/tickets/counts",
    "/tickets/1",
    "/changes",
    "/tickets/1/history",
    "/contacts",
    "/people",
    "/roles",
    "/statuses",
    "/me",
    "/workspace",
)


@pytest.fixture
async def main_server(tmp_path: Path) -> AsyncIterator[EmbeddedPostgres]:
    """A server of one's own: the shared one has many databases, and a standby copies all."""
    server = EmbeddedPostgres(data_directory=tmp_path / "main" / "postgres", durable=False)
    server.start()
    try:
        await prepare_database(server.dsn(), make_settings(tmp_path / "data"))
        yield server
    finally:
        server.stop()


async def copy_of(main_server: EmbeddedPostgres, folder: Path) -> EmbeddedPostgres:
    """Return a standby, not yet started, that follows the main server.

    Source: https://www.postgresql.org/docs/current/continuous-archiving.html (a base backup by the
    low level functions, since `pg_basebackup` is not among every server's programs).
    """
    connection = await asyncpg.connect(main_server.dsn())
    try:
        await connection.execute("select pg_backup_start('standby', true)")
        shutil.copytree(main_server.data_directory, folder, ignore=shutil.ignore_patterns("postmaster.*", "pgsql_tmp*"))
        label = await connection.fetchval("select labelfile from pg_backup_stop()")
    finally:
        await connection.close()
    socket = parse_qs(urlsplit(main_server.dsn()).query)["host"][0]
    (folder / "backup_label").write_text(label)
    (folder / "standby.signal").touch()
    with (folder / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"primary_conninfo = 'host={socket} user=postgres'\n")
    for path in (folder, *folder.rglob("*")):
        unprivileged().adopt(path)
    return EmbeddedPostgres(data_directory=folder, durable=False)


async def caught_up(main_server: EmbeddedPostgres, standby: EmbeddedPostgres) -> None:
    """Wait until the standby has replayed what the main server has written."""
    main, copy = await asyncpg.connect(main_server.dsn()), await asyncpg.connect(standby.dsn())
    try:
        written = await main.fetchval("select pg_current_wal_insert_lsn()::text")

        async def has_replayed() -> bool:
            return await copy.fetchval("select pg_last_wal_replay_lsn() >= $1::text::pg_lsn", written)

        await until(has_replayed)
    finally:
        await main.close()
        await copy.close()


async def test_a_standby_answers_lists_and_tickets_in_one_round_trip(
    main_server: EmbeddedPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = make_settings(tmp_path / "data")
    main = Database(settings, main_server.dsn(), SECRET)
    await main.open(*LOGIN_ROLES, size=2)
    standby = await copy_of(main_server, tmp_path / "copy" / "postgres")
    standby.start()
    copy = Database(settings, standby.dsn(), SECRET)
    try:
        given = await Given.of_first_workspace(main)
        await given.ticket("It came after the copy was made")
        agent = await given.staff(role="Administrator")
        await caught_up(main_server, standby)
        await copy.open(*LOGIN_ROLES, size=2)
        # A read that is not stored would be answered as well, in three round trips.
        monkeypatch.setattr(units_of_work, "MISSING", ())

        on_main = Desk(main, settings, given).client(agent)
        on_copy = Desk(copy, settings, given).client(agent)
        for path in READS:
            there, here = await on_main.get(path), await on_copy.get(path)
            assert (here.status_code, here.json()) == (200, there.json()), path
        assert here.status_code == 200
        refused = await on_copy.patch("/tickets/1", json={"priority": "high"})
        assert (refused.status_code, refused.json()["code"]) == (503, "read_only")
        assert "stores nothing" in refused.json()["detail"]
    finally:
        await copy.close()
        standby.stop()
        await main.close()
