"""What each login role can do for whoever has its password and nothing else (ADR 0017)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from atum_desk.identity.passwords import hash_with_salt
from atum_desk.kernel.context import new_token, token_hash
from atum_desk.kernel.database.roles import LOGIN_ROLES, LoginRole, link_session_proof
from atum_desk.kernel.database.units_of_work import Database
from factories import Given
from gate_functions import CALLABLE_BY_NOBODY, CALLERS
from scratch_databases import ADMIN_EMAIL, ADMIN_PASSWORD, SECRET

Connect = Callable[..., Any]
REFUSALS = ("42501", "28000", "0A000", "42704", "42883", "42809")


async def test_each_function_of_the_gate_opens_to_the_roles_it_names(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    rows = await connection.fetch(
        """select n.nspname, p.proname, p.prosecdef,
                  array(select replace(r, 'atum_desk_', '') from unnest($1::text[]) r
                         where has_function_privilege(r, p.oid, 'execute')) as roles
             from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname not in ('pg_catalog', 'information_schema')
              and (p.prosecdef and not (p.prorettype = 'trigger'::regtype and p.proname ~ '^ledger_')
                   or p.proname = any($2))""",
        list(LOGIN_ROLES),
        list(CALLABLE_BY_NOBODY),
    )
    await connection.close()
    assert {row["nspname"] for row in rows} == {"atum"}
    found = {(row["proname"], frozenset(row["roles"])) for row in rows if row["prosecdef"]}
    listed = {(name, roles) for roles, names in CALLERS.items() for name in names}
    assert found == listed, "the migration and CALLERS of tests/gate_functions.py differ"
    assert {row["proname"]: row["roles"] for row in rows if not row["prosecdef"]} == {
        name: [] for name in CALLABLE_BY_NOBODY
    }


async def test_the_ledgers_trigger_functions_are_called_by_nobody(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    callable_ones = await connection.fetch(
        """select p.proname from pg_proc p, unnest($1::text[]) r
            where p.prosecdef and p.proname ~ '^ledger_' and has_function_privilege(r, p.oid, 'execute')""",
        list(LOGIN_ROLES),
    )
    await connection.close()
    assert callable_ones == []


async def test_gate_functions_take_no_name_from_pg_temp(database_url: str) -> None:
    """Those that set a path name pg_temp last; those that set none qualify each type that is no keyword."""
    connection = await asyncpg.connect(database_url)
    rows = await connection.fetch(
        """select proname, prosrc, proconfig from pg_proc
            where pronamespace = 'atum'::regnamespace and prosecdef"""
    )
    await connection.close()
    for row in rows:
        paths = [one for one in row["proconfig"] or () if one.startswith("search_path=")]
        if paths:
            assert paths[0].endswith("pg_temp"), row["proname"]
            continue
        assert row["proname"].startswith("ledger_") or row["proname"] in (
            "seal",
            "sealed",
            "ctx_change",
            "open_change",
            "finish_change",
            "enter_and_open",
            "enter_system_and_open",
            "enter_caused_and_open",
            "finish_and_reopen",
            "finish_if_written",
        )
        assert not BARE_TYPE.search(row["prosrc"]), row["proname"]
    assert len(rows) > 40


# ---------------------------------------------------------------- names in pg_temp
BARE_TYPE = re.compile(r'(?:::|\s)(?:text|jsonb|bytea|"char")(?!\w)')
TYPES = ("text", "jsonb", "json", "bytea", "name", "regclass", "int8", "bool", "timestamptz", "record", "xid8", "inet")


async def _plant(connection: asyncpg.Connection) -> None:
    """Put a trap under every name that a function of the gate might look up."""
    await connection.execute(
        """create temp table caught (who text);
           create function pg_temp.spring() returns boolean language plpgsql as $$
           begin if current_user <> session_user then insert into pg_temp.caught values (current_user); end if; return true; end $$"""
    )
    for table in ("sessions", "people", "teams", "tickets", "changes", "row_changes", "previous_doors"):
        await connection.execute(f"create temp table {table} (id bigint, workspace_id bigint)")
    await connection.execute("create temp table seal_keys (id bigint, pads bytea)")
    await connection.execute("insert into pg_temp.seal_keys values (1, decode(repeat('00', 128), 'hex'))")
    for name in ("sha256(bytea) returns bytea", "ctx_workspace() returns bigint", "sealed() returns text"):
        value = "'1'::bytea" if name.endswith("bytea") else "'1'::text" if name.endswith("text") else "1::bigint"
        await connection.execute(
            f"create function pg_temp.{name} language sql as $$ select pg_temp.spring(); select {value} $$"
        )
    for name in TYPES:
        base = {"record": "pg_catalog.text"}.get(name, f"pg_catalog.{name}")
        await connection.execute(f"create domain pg_temp.{name} as {base} check (pg_temp.spring())")
    await connection.execute('create domain pg_temp."char" as pg_catalog."char" check (pg_temp.spring())')


@pytest.mark.parametrize("path", ["pg_temp, atum, public", "atum, public", "pg_temp, pg_catalog, atum"])
async def test_names_in_pg_temp_run_nothing_as_the_gate(given: Given, connected: Connect, path: str) -> None:
    agent = await given.staff()
    ticket = await given.ticket()
    stamp, hashed = agent.actor.stamp, agent.actor.token_hash.hex()
    async with connected("atum_desk_staff", search_path=path) as connection:
        await _plant(connection)
        # In one message of plain text: asyncpg would look the planted types up itself.
        await connection.execute(
            f"""begin; select atum.enter('\\x{hashed}', '{stamp}'), atum.open_change();
                update atum.tickets set subject = 'Trapped', tags = '{{a}}' where id = {ticket.id};
                insert into atum.participants (workspace_id, ticket_id, person_id) values ({given.workspace_id}, {ticket.id}, {agent.id});
                delete from atum.participants where ticket_id = {ticket.id};
                select atum.ctx_teams(), atum.ctx_change(), atum.moment(), atum.next_ticket_number();
                select atum.find_people('a', 'staff', 5), atum.find_tagged('a', 5), atum.is_undone(1);
                select atum.move_ticket({ticket.id}, (select min(id) from atum.teams));
                select atum.finish_change('ticket.edit', 'session', {ticket.id}, false, '{{}}', null, null); commit"""
        )
        await connection.execute(
            f"""begin; select atum.enter('\\x{hashed}', '{stamp}'), atum.open_change();
                select atum.undo_change((select max(id) from atum.changes)),
                       atum.later_changes(1, 'tickets', {ticket.id}, '*'), atum.undone_among('{{1}}');
                select atum.finish_change('change.undo', 'session', {ticket.id}, false, '{{}}', null, null); commit"""
        )
        assert await connection.fetchval("select count(*) from pg_temp.caught") == 0
        # A key of one's own under the gate's name forges nothing.
        pads = bytes(64)
        for inner in ("1|1|{1}|||||system",):
            mac = hashlib.sha256(pads + hashlib.sha256(pads + inner.encode()).digest()).hexdigest()
            await connection.execute(f"set atum.sealed = '{mac}{inner}'")
        assert await connection.fetchval("select count(*) from atum.tickets") == 0


# ---------------------------------------------------------------- becoming somebody else
@pytest.mark.parametrize("role", LOGIN_ROLES)
async def test_a_role_becomes_no_other_and_reaches_nothing_outside(
    given: Given, connected: Connect, role: LoginRole
) -> None:
    await given.ticket()
    others = [*LOGIN_ROLES, "atum_desk_gate", "atum_desk_owner", "postgres"]
    async with connected(role) as connection:
        for statement in (
            *(f"set role {other}" for other in others if other != role),
            *(f"set session authorization {other}" for other in others if other != role),
            *(f"grant {other} to {role}" for other in others if other != role),
            "alter role atum_desk_gate login",
            "alter role current_user superuser",
            "alter role current_user bypassrls",
            "alter role current_user createrole",
            "create role mine",
            "alter system set log_statement = 'all'",
            "create schema mine",
            "create function atum.mine() returns int language sql as 'select 1'",
            "create function public.mine() returns int language sql as 'select 1'",
            "create table public.mine (id int)",
            "create table atum.mine (id int)",
            "create extension dblink",
            "create server s foreign data wrapper x",
            "create language c",
            "create event trigger e on ddl_command_end execute function f()",
            "create policy mine on atum.tickets using (true)",
            "alter function atum.sealed() security invoker",
            "create trigger t after insert on atum.tickets execute function f()",
            "create rule r as on select to atum.tickets do nothing",
            "select pg_read_file('postgresql.conf')",
            "select pg_ls_dir('.')",
            "select lo_import('/etc/passwd')",
            "copy (select 1) to '/tmp/out'",
            "copy (select 1) to program 'id'",
            "select * from pg_authid",
            "select * from pg_hba_file_rules",
            "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'postgres' and pid is not null",
            "select pg_reload_conf()",
            "set log_statement = 'none'",
            "set session_preload_libraries = 'x'",
        ):
            with pytest.raises(asyncpg.PostgresError) as refused:
                await connection.execute(statement)
            # Forbidden, or asked of something that is not there to be asked: never done.
            assert refused.value.sqlstate in REFUSALS, (statement, refused.value)
            assert await connection.fetchval("select current_user = session_user"), statement


async def test_what_others_of_a_role_run_gives_no_way_in(given: Given, connected: Connect) -> None:
    """A role reads the statements of its own connections: the desk's tell no token and no hash."""
    agent = await given.staff()
    seen = "select query from pg_stat_activity where usename = session_user and query like '%enter%' and pid <> pg_backend_pid()"
    async with connected("atum_desk_staff") as thief, given.database.connection("atum_desk_staff") as own:
        await own.execute(given.database._opening(agent.actor, "begin", opens_change=False))
        (text,) = [row["query"] for row in await thief.fetch(seen)]
        assert agent.actor.token_hash.hex() not in text
        for nonce in ("", "0" * 64, "x" * 64):
            await thief.execute("rollback")
            await thief.execute("select set_config('atum.nonce', $1, false)", nonce)
            with pytest.raises(asyncpg.PostgresError) as refused:
                await thief.execute(text)
            assert refused.value.sqlstate == "AT401"
        await own.execute("rollback")
    async with given.database.reading(agent.actor) as transaction:
        assert await transaction.fetchval("select ctx_person()") == agent.id


async def test_a_role_does_not_read_what_other_roles_ask(given: Given, connected: Connect) -> None:
    agent = await given.staff()
    async with connected("atum_desk_staff") as staff, connected("atum_desk_contact") as contact:
        await staff.execute(f"begin; select enter('\\x{agent.actor.token_hash.hex()}', '{agent.actor.stamp}')")
        asked = "select query from pg_stat_activity where pid = $1"
        assert await contact.fetchval(asked, staff.get_server_pid()) == "<insufficient privilege>"


async def test_defaults_that_a_role_sets_for_itself_change_nothing_for_the_desk(
    given: Given, connected: Connect, database_url: str
) -> None:
    agent = await given.staff()
    await given.ticket()
    name = urlsplit(database_url).path[1:]
    try:
        async with connected("atum_desk_staff") as connection:
            for default in (
                "search_path = 'pg_temp'",
                "statement_timeout = '1ms'",
                "standard_conforming_strings = off",
                "row_security = on",
            ):
                await connection.execute(f"alter role current_user in database {name} set {default}")
            for forged in ("atum.sealed", "atum.clock_offset", "session_replication_role", "track_activities"):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(f"alter role current_user set {forged} = 'x'")
        fresh = Database(given.database._settings, database_url, SECRET)
        await fresh.open("atum_desk_staff", size=1)
        async with fresh.writing(agent.actor, "team.create") as work:
            await work.execute("insert into teams (workspace_id, name) values ($1, 'Still')", given.workspace_id)
            work.summary = {"name": "it's \\ 'quoted'"}
        async with fresh.reading(agent.actor) as transaction:
            assert await transaction.fetchval("select count(*) from tickets") == 1
            row = await transaction.fetchrow("select summary from changes where id = $1", work.change_id)
            assert row
            assert row["summary"] == {"name": "it's \\ 'quoted'"}
        await fresh.close()
    finally:
        owner = await asyncpg.connect(database_url)
        await owner.execute(
            "do $$ begin execute format('alter role atum_desk_staff in database %I reset all', current_database()); end $$"
        )
        await owner.close()


# ---------------------------------------------------------------- signing in
async def test_the_role_that_signs_in_opens_a_session_only_with_the_password(given: Given, connected: Connect) -> None:
    sign_in = "select sign_in($1, $2, $3, '', null, interval '10 years')"
    hashed = token_hash(new_token("staff"))
    async with connected("atum_desk_sign_in") as connection:
        salt = await connection.fetchval("select sign_in_salt($1)", ADMIN_EMAIL.upper())
        assert salt.startswith("$argon2id$")
        assert await connection.fetchval("select sign_in_salt('nobody@example.org')") is None
        for wrong in (
            salt,
            salt + "$",
            "",
            await hash_with_salt(salt, "guess"),
            await hash_with_salt(None, ADMIN_PASSWORD),
            None,
        ):
            assert await connection.fetchval(sign_in, ADMIN_EMAIL, wrong, hashed) is None
        right = await hash_with_salt(salt, ADMIN_PASSWORD)
        assert right.rpartition("$")[0] == salt
        session_id = await connection.fetchval(sign_in, ADMIN_EMAIL, right, hashed)
        for table in ("passwords", "people", "sessions", "addresses", "changes"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(f"select from {table}")
    async with given.database.reading(given.system) as transaction:
        change = await transaction.fetchrow(
            "select via, summary from changes where command = 'session.start' order by id desc limit 1"
        )
        assert change
        assert (change["via"], change["summary"]["session_id"]) == ("session", session_id)
        assert await transaction.fetchval(
            "select expires_at < now() + interval '367 days' from sessions where id = $1", session_id
        )


async def test_the_contacts_role_opens_a_links_session_only_with_its_proof(given: Given, connected: Connect) -> None:
    contact_id, ticket = await given.contact(), await given.ticket()
    token = new_token("contact")
    hashed = token_hash(token)
    proof = link_session_proof(SECRET, ticket.id, contact_id, hashed)
    call = "select open_link_session($1, $2, $3, $4, '', null, interval '1 day')"
    async with connected("atum_desk_contact") as connection:
        for given_ticket, given_person, given_hash, given_proof in (
            (ticket.id, contact_id, hashed, bytes(32)),
            (ticket.id, contact_id, hashed, None),
            (ticket.id + 1, contact_id, hashed, proof),
            (ticket.id, contact_id + 1, hashed, proof),
            (None, contact_id, hashed, proof),
            (ticket.id, contact_id, token_hash("other"), proof),
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="no proof"):
                await connection.execute(call, given_ticket, given_person, given_hash, given_proof)
        assert await connection.fetchval(call, ticket.id, contact_id, hashed, proof)
    assert (await given.database.authenticate(hashed, "contact")).only_ticket_id == ticket.id
