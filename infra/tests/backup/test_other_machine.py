"""A backup brings another machine, or a newer release, to the same desk."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import asyncpg
import pytest
from desk_with_uploads import TREE, asked

from atum_desk.identity.commands import sign_in
from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.database.migrate import head_revision, migrate
from atum_desk.kernel.database.roles import LOGIN_ROLES
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.ledger.tail import Position, find_end, read_changes
from atumctl.backup import backup, restore, restored_database
from atumctl.backup.database_contents import read_database_contents
from atumctl.core.output import CommandRefused, Failed
from atumctl.core.postgres import Postgres
from atumctl.core.site import Site
from atumctl.core.uploads import stored_files
from scratch_databases import ADMIN_EMAIL, ADMIN_PASSWORD, SECRET, make_settings

# A cluster that has seen many transactions, and a consumer in the middle of the ledger.
LONG_LIFE = """set session_replication_role = replica;
update atum.changes set xid = (4000000000 + id)::text::xid8;
insert into atum.consumers (name, xid, change_id)
select 'halfway', xid, id from atum.changes order by xid, id offset 20 limit 1;
update atum.outbox set state = 'sent' where state in ('queued', 'sending')"""

# What the release before fetching of mail could hold, without its ledger.
EARLIER_ROWS = """
set session_replication_role = replica;
set search_path = atum;
insert into workspaces (id, name) values (1, 'Earlier');
insert into roles (id, workspace_id, name) values (1, 1, 'Agent');
insert into people (id, workspace_id, kind, name, role_id) values (1, 1, 'staff', 'Agent', 1), (2, 1, 'contact', 'Requester', null);
insert into addresses (workspace_id, person_id, email) values (1, 1, 'agent@desk.example'), (1, 2, 'r@customer.example');
insert into teams (id, workspace_id, name) values (1, 1, 'Support');
insert into mailboxes (id, workspace_id, address, name, team_id) values (1, 1, 'support@desk.example', 'Support', 1);
insert into statuses (id, workspace_id, key, name, category, position) values (1, 1, 'open', 'Open', 'open', 1);
insert into tickets (id, workspace_id, number, subject, status_id, category, channel, team_id, requester_id, mailbox_id)
values (1, 1, 1, 'Printer', 1, 'open', 'email', 1, 2, 1);
insert into mails (id, workspace_id, mailbox_id, state, envelope_from, envelope_to, size, sha256, dedupe_key, attempts, ticket_id)
select n, 1, 1, case n when 1 then 'ticketed' else 'quarantined' end, 'r@customer.example', '{support@desk.example}',
       4, repeat('0', 64), decode(lpad(n::text, 64, '0'), 'hex'), case n when 3 then 3 else 0 end, case n when 1 then 1 end
from generate_series(1, 3) n;
insert into mail_sources (workspace_id, mail_id, raw) select 1, n, 'mail' from generate_series(1, 3) n;
insert into outbox (id, workspace_id, ticket_id, mailbox_id, kind, state, mail_message_id, envelope_from, sender, recipients,
                    subject, text, html, sent_at)
values (1, 1, 1, 1, 'reply', 'sent', '<1@desk.example>', 'support@desk.example', '{"name": "Support", "address": "support@desk.example"}',
        '[{"name": "Requester", "address": "r@customer.example"}]', 'Printer', 'Off and on.', '<p>Off and on.</p>', now())"""


def test_a_blank_machine_becomes_the_same_desk(
    site: Site, postgres: Postgres, elsewhere: tuple[Site, str], monkeypatch: pytest.MonkeyPatch
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
    assert manifest.contents.differences(read_database_contents(there.query)) == []
    assert {p.name for p in stored_files(other.uploads)} == {p.name for p in stored_files(site.uploads)}
    assert (other.data / "secret").read_text() == f"{SECRET}\n", "with it come all sign-ins"
    assert other.env_file.read_text() == "ATUM_URL=https://desk.example\n"
    assert restore.side_databases(other) == [], "nothing was there to set aside"
    assert backup.make_backup(other).contents.rows == manifest.contents.rows
    asyncio.run(_works(url, other, int(behind)))


async def _works(url: str, site: Site, behind: int) -> None:
    """Sign in with the same password, and follow the ledger from where each consumer stood."""
    settings = make_settings(site.data)
    database = Database(settings, url, SECRET)
    await database.open(*LOGIN_ROLES, size=4)
    try:
        await sign_in(database, ADMIN_EMAIL, ADMIN_PASSWORD, user_agent="", ip="127.0.0.1", lifetime_days=1)
        async with database.connection("atum_desk_worker") as connection:
            halfway = await connection.fetchrow("select xid, change_id from atum.consumers where name = 'halfway'")
            assert halfway
            cursor = Position(halfway["xid"], halfway["change_id"])
            end = await find_end(connection)
            assert end > cursor
            # The sign-in is one more.
            assert len(await read_changes(connection, cursor, 100_000)) == behind + 1
        workspace = SystemActor(workspace_id=1, via="cli")
        async with database.writing(workspace, "team.add") as work:
            await work.execute("insert into teams (workspace_id, name) values (1, 'After')")
        async with database.connection("atum_desk_worker") as connection:
            told = await read_changes(connection, end, 10)
        assert [change.command for change in told] == ["team.add"]
    finally:
        await database.close()


def test_a_restore_that_fails_gives_the_roles_back_the_passwords_they_had(
    site: Site, elsewhere: tuple[Site, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = backup.make_backup(site)
    other, url = elsewhere
    monkeypatch.setenv("ATUM_PG_DSN", url)
    there = Postgres(other)
    restored_database.make_roles(other, there)
    there.query("alter role atum_desk_staff password 'of this machine'")
    before = restored_database.role_passwords(there)
    monkeypatch.setenv("ATUMCTL_FAIL_AT", "schema")
    with pytest.raises(Failed, match="schema and roles"):
        restore.run(asked(str(site.backups / manifest.file)), other)
    assert restored_database.role_passwords(there) == before
    assert before["atum_desk_staff"].startswith("SCRAM-SHA-256$")
    assert before["atum_desk_worker"] == ""


def test_a_backup_of_an_earlier_schema_is_migrated_forward(site: Site, postgres: Postgres) -> None:
    asyncio.run(_earlier(postgres.url(postgres.database)))
    manifest = backup.make_backup(site)
    assert manifest.contents.schema == "0005"
    restore.run(asked(manifest.stamp), site)
    assert postgres.value("select version_num from public.schema_revision") == head_revision()
    # The mail of then is in the balance of now, and what was sent is still sent.
    assert postgres.query("select state, cause from atum.mails order by id") == [
        ["ticketed", ""],
        ["quarantined", "unreadable"],
        ["quarantined", "failed"],
    ]
    assert postgres.query("select state, sent_at is not null from atum.outbox") == [["sent", "t"]]


async def _earlier(url: str) -> None:
    """Make a database what the first release with a job queue left: one ticket, its mail, its answer."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("drop schema atum, atum_reads, jobs cascade; drop table public.schema_revision")
        await migrate(url, SECRET, "0005")
        await connection.execute(EARLIER_ROWS)
    finally:
        await connection.close()


def test_a_machine_with_tickets_is_not_overwritten_by_an_install(site: Site) -> None:
    manifest = backup.make_backup(site)
    with pytest.raises(CommandRefused, match="There are already tickets here"):
        restore.restore_into(site, site.backups / manifest.file)


def test_the_tool_runs_from_a_folder_with_a_space(site: Site) -> None:
    words = [sys.executable, str(TREE / "infra" / "atumctl"), "backup", "--verify", "--json"]
    done = subprocess.run([*words, "--prefix", str(site.prefix)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert '"proof": "proven"' in done.stdout
