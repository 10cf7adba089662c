"""A backup brings another machine, or a newer release, to the same desk."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import asyncpg
import pytest
from backup_of import TREE, asked

from atum_desk.identity.commands import sign_in
from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.db import Database
from atum_desk.kernel.ledger import Position, find_end, read_changes
from atum_desk.kernel.migrate import head_revision
from atumctl import backup, restore, transplant
from atumctl.archive import stored_files
from atumctl.contents import read_contents
from atumctl.output import Failed, Refused
from atumctl.postgres import Postgres
from atumctl.site import Site
from scratch_databases import ADMIN_EMAIL, ADMIN_PASSWORD, SECRET, make_settings

# A cluster that has seen many transactions, and a consumer in the middle of the ledger.
LONG_LIFE = """set session_replication_role = replica;
update atum.changes set xid = (4000000000 + id)::text::xid8;
insert into atum.consumers (name, xid, change_id)
select 'halfway', xid, id from atum.changes order by xid, id offset 20 limit 1;
update atum.outbox set state = 'sent' where state in ('queued', 'sending')"""


def test_a_blank_machine_becomes_the_same_desk(
    site: Site,
    postgres: Postgres,
    elsewhere: tuple[Site, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    postgres.query(LONG_LIFE)
    manifest = backup.make_backup(site)
    behind = postgres.value("""select count(*) from atum.changes c, atum.consumers h
                                where h.name = 'halfway' and (c.xid, c.id) > (h.xid, h.change_id)""")
    other, url = elsewhere
    monkeypatch.setenv("ATUM_PG_DSN", url)
    empty = "create schema atum; create table atum.tickets ()"
    Postgres(other).query(empty)
    restore.restore_into(other, site.backups / manifest.file)

    there = Postgres(other)
    assert manifest.contents.differences(read_contents(there.query)) == []
    assert {p.name for p in stored_files(other.uploads)} == {
        p.name for p in stored_files(site.uploads)
    }
    assert (other.data / "secret").read_text() == f"{SECRET}\n", "with it come all sign-ins"
    assert other.env_file.read_text() == "ATUM_URL=https://desk.example\n"
    assert restore.side_databases(other) == [], "nothing was there to set aside"
    assert backup.make_backup(other).contents.rows == manifest.contents.rows
    asyncio.run(_works(url, other, int(behind)))


async def _works(url: str, site: Site, behind: int) -> None:
    """Sign in with the same password, and follow the ledger from where each consumer stood."""
    settings = make_settings(site.data)
    database = Database(settings, url, SECRET)
    await database.open("atum_desk_staff", "atum_desk_contact", "atum_desk_worker", size=4)
    try:
        await sign_in(
            database, ADMIN_EMAIL, ADMIN_PASSWORD, user_agent="", ip="127.0.0.1", lifetime_days=1
        )
        async with database.connection("atum_desk_worker") as connection:
            halfway = await connection.fetchrow(
                "select xid, change_id from atum.consumers where name = 'halfway'"
            )
            cursor = Position(halfway["xid"], halfway["change_id"])
            end = await find_end(connection)
            assert end > cursor
            # The sign-in is one more.
            assert len(await read_changes(connection, cursor, 100_000)) == behind + 1
        workspace = SystemActor(workspace_id=1, via="cli")
        async with database.writing(workspace, "team.create") as work:
            await work.execute("insert into teams (workspace_id, name) values (1, 'After')")
        async with database.connection("atum_desk_worker") as connection:
            told = await read_changes(connection, end, 10)
        assert [change.command for change in told] == ["team.create"]
    finally:
        await database.close()


def test_a_restore_that_fails_gives_the_roles_back_the_passwords_they_had(
    site: Site, elsewhere: tuple[Site, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = backup.make_backup(site)
    other, url = elsewhere
    monkeypatch.setenv("ATUM_PG_DSN", url)
    there = Postgres(other)
    transplant.make_roles(other, there)
    there.query("alter role atum_desk_staff password 'of this machine'")
    before = transplant.role_passwords(there)
    monkeypatch.setenv("ATUMCTL_FAIL_AT", "schema")
    with pytest.raises(Failed, match="schema and roles"):
        restore.run(asked(str(site.backups / manifest.file)), other)
    assert transplant.role_passwords(there) == before
    assert before["atum_desk_staff"].startswith("SCRAM-SHA-256$")
    assert before["atum_desk_worker"] == ""


def test_a_backup_of_an_earlier_schema_is_migrated_forward(site: Site, postgres: Postgres) -> None:
    asyncio.run(_earlier(postgres.url(postgres.database)))
    manifest = backup.make_backup(site)
    assert manifest.contents.schema < head_revision()
    restore.run(asked(manifest.stamp), site)
    assert postgres.value("select version_num from public.schema_revision") == head_revision()
    assert postgres.value("select count(*) from jobs.workers") == "0"


async def _earlier(url: str) -> None:
    """Take a database back to what the release before the job queue made."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("""
            drop schema jobs cascade; create schema jobs authorization atum_desk_owner;
            grant usage on schema jobs to atum_desk_worker, atum_desk_gate;
            drop function atum.enqueue_job, atum.worker_health, atum.prune_idempotency_keys;
            update public.schema_revision set version_num = '0004'""")
    finally:
        await connection.close()


def test_a_machine_with_tickets_is_not_overwritten_by_an_install(site: Site) -> None:
    manifest = backup.make_backup(site)
    with pytest.raises(Refused, match="There are tickets here already"):
        restore.restore_into(site, site.backups / manifest.file)


def test_the_tool_runs_from_a_folder_with_a_space(site: Site) -> None:
    words = [sys.executable, str(TREE / "infra" / "atumctl"), "backup", "--verify", "--json"]
    done = subprocess.run(
        [*words, "--prefix", str(site.prefix)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert '"proof": "proven"' in done.stdout
