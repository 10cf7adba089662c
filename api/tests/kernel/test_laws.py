"""What the database itself guarantees, whatever the application does."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.roles import ENTERING_ROLES, LOGIN_ROLES, role_url
from atum_desk.kernel.problems import NotSignedIn
from factories import Given, SignedIn
from scratch_databases import SECRET

OWN_SCHEMAS = ("atum", "jobs", "public")


async def connect_as(role: str, database_url: str) -> asyncpg.Connection:
    url = role_url(database_url, role, SECRET)  # type: ignore[arg-type]
    return await asyncpg.connect(url, server_settings={"search_path": "atum"})


async def test_every_table_has_forced_row_security_and_policies(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        rows = await connection.fetch(
            """select n.nspname || '.' || c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced,
                      (select count(*) from pg_policy p where p.polrelid = c.oid) as policies
                 from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = any($1) and c.relkind in ('r', 'p', 'm', 'f')""",
            list(OWN_SCHEMAS),
        )
    finally:
        await connection.close()
    assert len(rows) > 30
    assert [row["name"] for row in rows if not row["forced"]] == []
    assert [row["name"] for row in rows if not row["policies"]] == []


async def test_no_role_of_ours_is_superuser_or_passes_row_security_or_owns_a_table(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        powerful = await connection.fetch(
            """select rolname from pg_roles where rolname like 'atum_desk_%'
                  and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)"""
        )
        owned = await connection.fetch(
            """select c.relname from pg_class c join pg_roles r on r.oid = c.relowner
                where r.rolname = any($1)""",
            list(LOGIN_ROLES),
        )
    finally:
        await connection.close()
    assert powerful == []
    assert owned == []


@pytest.mark.parametrize("role", ENTERING_ROLES)
async def test_a_connection_that_did_not_enter_sees_nothing_and_raises_nothing(
    given: Given, database_url: str, role: str
) -> None:
    await given.ticket()
    superuser = await asyncpg.connect(database_url)
    connection = await connect_as(role, database_url)
    try:
        # Whole-table reading, column by column: some columns are not granted to some roles.
        readable = await superuser.fetch(
            """select c.table_name, string_agg(quote_ident(c.column_name), ',') as columns, count(*) filled
                 from information_schema.columns c
                where c.table_schema = 'atum'
                  and has_column_privilege($1, format('atum.%I', c.table_name), c.column_name, 'select')
                group by c.table_name""",
            role,
        )
        assert len(readable) > 5
        seen = {}
        for row in readable:
            table = row["table_name"]
            # The cursors of durable consumers belong to the worker, not to a workspace.
            if (role, table) != ("atum_desk_worker", "consumers"):
                seen[table] = len(await connection.fetch(f"select {row['columns']} from atum.{table}"))
    finally:
        await connection.close()
        await superuser.close()
    assert {table: count for table, count in seen.items() if count} == {}


async def test_a_write_outside_a_unit_of_work_is_refused(given: Given, database_url: str) -> None:
    ticket = await given.ticket()
    connection = await connect_as("atum_desk_worker", database_url)
    superuser = await asyncpg.connect(database_url)
    try:
        async with connection.transaction():
            await connection.execute("select enter_system($1)", given.workspace_id)
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="outside a unit of work"):
                async with connection.transaction():
                    await connection.execute("update tickets set subject = 'quietly' where id = $1", ticket.id)
        # Not even the superuser writes past the ledger by accident.
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="outside a unit of work"):
            await superuser.execute("update atum.settings set value = '1'; delete from atum.roles")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="escape the ledger"):
            await superuser.execute("truncate atum.tickets cascade")
    finally:
        await connection.close()
        await superuser.close()


async def test_every_ledgered_table_writes_its_own_history(given: Given) -> None:
    ticket = await given.ticket("Before")
    async with given.database.writing(given.system, "ticket.edit") as work:
        await work.execute("update tickets set subject = 'After', preview = preview where id = $1", ticket.id)
        work.ticket_id = ticket.id
    async with given.database.reading(given.system) as transaction:
        (row,) = await transaction.fetch("select * from row_changes where change_id = $1", work.change_id)
    assert (row["table_name"], row["row_id"], row["ticket_id"]) == ("tickets", ticket.id, ticket.id)
    assert (row["old"], row["new"]) == ({"subject": "Before"}, {"subject": "After"})


async def test_a_failed_unit_of_work_leaves_neither_rows_nor_a_change(given: Given) -> None:
    async def count() -> tuple[int, int, int]:
        async with given.database.reading(given.system) as transaction:
            row = await transaction.fetchrow(
                """select (select count(*) from changes), (select count(*) from row_changes),
                          (select count(*) from teams)"""
            )
            assert row
            return tuple(row)

    async def fail() -> None:
        async with given.database.writing(given.system, "team.create") as work:
            await work.execute("insert into teams (workspace_id, name) values ($1, 'Never')", given.workspace_id)
            raise RuntimeError

    before = await count()
    with pytest.raises(RuntimeError):
        await fail()
    assert await count() == before


FORGERIES = (
    "update atum.changes set command = 'x.y'",
    "delete from atum.changes",
    "update atum.row_changes set new = '{}'",
    "delete from atum.row_changes",
    "truncate atum.changes cascade",
    "insert into atum.changes (workspace_id, via, command) values (1, 'cli', 'x.y')",
    "insert into atum.row_changes (change_id, workspace_id, table_name, row_id, operation) values (1, 1, 'x', 1, 'I')",
    "alter table atum.changes disable trigger all",
    "set role atum_desk_gate",
    "set role atum_desk_owner",
)


@pytest.mark.parametrize("role", ENTERING_ROLES)
async def test_the_application_can_neither_rewrite_nor_forge_the_ledger(database_url: str, role: str) -> None:
    connection = await connect_as(role, database_url)
    try:
        for statement in FORGERIES:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()


async def test_powers_that_changed_are_read_anew_before_anything_is_done(given: Given) -> None:
    agent = await given.staff()
    assert not agent.actor.may("settings:people:edit")
    async with given.database.writing(given.system, "person.update") as work:
        await work.execute(
            "update people set role_id = (select id from roles where name = 'Administrator') where id = $1", agent.id
        )
    # The stamp the process remembers is old now; enter() says so (AT409) and the powers are read.
    async with given.database.reading(agent.actor) as transaction:
        assert transaction.actor.may("settings:people:edit")
    remembered = await given.database.authenticate(agent.actor.token_hash, "staff")
    assert remembered.stamp != agent.actor.stamp


async def test_a_role_that_lost_a_permission_is_read_anew_too(given: Given) -> None:
    agent = await given.staff()
    async with given.database.writing(given.system, "role.update") as work:
        await work.execute("update roles set permissions = '{}' where id = $1", agent.actor.role_id)
    async with given.database.reading(agent.actor) as transaction:
        assert isinstance(transaction.actor, Actor)
    assert transaction.actor.permissions == frozenset()


@pytest.mark.parametrize("how", ["ended", "expired", "deactivated"])
async def test_a_session_that_no_longer_holds_opens_nothing(given: Given, how: str) -> None:
    agent = await given.staff()
    statement = {
        "ended": "delete from sessions where person_id = $1",
        "expired": "update sessions set expires_at = moment() where person_id = $1",
        "deactivated": "update people set active = false where id = $1",
    }[how]
    async with given.database.writing(given.system, "test.revoke") as work:
        await work.execute(statement, agent.id)
    with pytest.raises(NotSignedIn):
        await _read_as(given, agent)


async def _read_as(given: Given, who: SignedIn) -> int:
    async with given.database.reading(who.actor) as transaction:
        return await transaction.fetchval("select count(*) from tickets")


async def test_an_agent_sees_the_tickets_of_their_teams_only(given: Given) -> None:
    sales = await given.team()
    agent = await given.staff(teams=(sales,), sees_all_teams=False)
    await given.ticket(team_id=sales)
    await given.ticket()
    assert await _read_as(given, agent) == 1
    assert await _read_as(given, await given.staff()) == 2


async def test_numbers_have_no_gaps_under_concurrency(given: Given) -> None:
    requester_id = await given.contact()
    made = await asyncio.gather(*(given.ticket(requester_id=requester_id) for _ in range(30)))
    assert sorted(one.number for one in made) == list(range(1, 31))


async def test_a_context_does_not_outlive_its_transaction(given: Given) -> None:
    await given.ticket()
    agent = await given.staff()
    for _ in range(10):
        assert await _read_as(given, agent) == 1
        async with given.database.connection("atum_desk_staff") as connection:
            assert await connection.fetchval("select count(*) from tickets") == 0
            assert await connection.fetchval("select ctx_workspace()") is None
