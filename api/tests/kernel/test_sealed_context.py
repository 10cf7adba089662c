"""Hand-made SQL as each login role: the context is made by the gate or it is not there (ADR 0017)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from atum_desk.kernel.database.migrate import MIGRATIONS
from atum_desk.kernel.database.roles import ENTERING_ROLES, LoginRole
from factories import Given, SignedIn

CONTEXT = ("workspace", "person", "teams", "organization", "cc_tickets", "only_ticket", "reads_audit")
EVERYTHING = "1|1|{1,2,3}|1|{1,2,3}||yes|system"
Connect = Callable[..., Any]


async def enter(connection: asyncpg.Connection, who: SignedIn) -> None:
    await connection.execute("select enter($1, $2)", who.actor.token_hash, who.actor.stamp)


async def sees(connection: asyncpg.Connection) -> dict[str, object]:
    """Return whatever the context says and the rows of every table that may be read."""
    seen: dict[str, object] = {}
    for name in CONTEXT:
        seen[name] = await connection.fetchval(f"select ctx_{name}()")
    tables = await connection.fetch(
        """select c.table_name, string_agg(quote_ident(c.column_name), ',') as columns
             from information_schema.column_privileges c join pg_class t on t.relname = c.table_name
            where c.table_schema = 'atum' and c.privilege_type = 'SELECT' and c.table_name <> 'consumers'
              and t.relnamespace = 'atum'::regnamespace group by 1"""
    )
    assert len(tables) > 5
    for row in tables:
        count = len(await connection.fetch(f"select {row['columns']} from atum.{row['table_name']}"))
        seen[row["table_name"]] = count or None
    return {name: value for name, value in seen.items() if value is not None}


FORGED = {
    "what the release before read": {
        "atum.workspace": "1",
        "atum.person": "1",
        "atum.teams": "{1,2,3}",
        "atum.organization": "1",
        "atum.cc_tickets": "{1,2,3}",
        "atum.reads_audit": "yes",
        "atum.change": "1",
    },
    "the words alone": {"atum.sealed": EVERYTHING},
    "no MAC": {"atum.sealed": "0" * 64 + EVERYTHING},
    "another MAC": {"atum.sealed": "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad" + EVERYTHING},
    "something else": {"atum.sealed": "'; drop table x; --"},
    "much": {"atum.sealed": "f" * 100_000},
    "nothing": {"atum.sealed": ""},
}


@pytest.mark.parametrize("role", ENTERING_ROLES)
@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
async def test_settings_that_anybody_may_set_give_no_sight_and_raise_nothing(
    given: Given, connected: Connect, role: LoginRole, forged: dict[str, str]
) -> None:
    await given.ticket(cc_ids=(await given.contact(),))
    async with connected(role) as connection:
        for local in (False, True):
            async with connection.transaction():
                for name, value in forged.items():
                    await connection.execute("select set_config($1, $2, $3)", name, value, local)
                assert await sees(connection) == {}
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="before anybody entered"):
            await connection.execute("select open_change()")
        if role != "atum_desk_worker":
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="by who entered"):
                await connection.execute("select enqueue_job('outbox.send', '{}')")


@pytest.mark.parametrize("role", ENTERING_ROLES)
async def test_a_context_that_was_altered_is_none(given: Given, connected: Connect, role: LoginRole) -> None:
    await given.ticket()
    async with connected(role) as connection, connection.transaction():
        await _enter_somehow(given, connection, role)
        made = await connection.fetchval("select current_setting('atum.sealed')")
        assert await connection.fetchval("select ctx_workspace()") == given.workspace_id
        for altered in (
            made.replace("|", "||", 1),
            made[:64] + EVERYTHING,
            made + "#1#1",
            made.upper(),
            made[1:],
            made + " ",
            " " + made,
            made[:64] + "1" + made[64:],
        ):
            await connection.execute("select set_config('atum.sealed', $1, true)", altered)
            assert await sees(connection) == {}, altered
        await connection.execute("select set_config('atum.sealed', $1, true)", made)
        assert await connection.fetchval("select ctx_workspace()") == given.workspace_id


@pytest.mark.parametrize("role", ENTERING_ROLES)
async def test_a_context_that_was_kept_opens_no_other_connection_and_no_later_transaction(
    given: Given, connected: Connect, role: LoginRole
) -> None:
    await given.ticket()
    async with connected(role) as first, connected(role) as second:
        async with first.transaction():
            await _enter_somehow(given, first, role)
            kept = await first.fetchval("select current_setting('atum.sealed')")
            async with second.transaction():
                await second.execute("select set_config('atum.sealed', $1, false)", kept)
                assert await sees(second) == {}
        assert await sees(first) == {}
        await first.execute("select set_config('atum.sealed', $1, false)", kept)
        assert await sees(first) == {}
        async with first.transaction():
            assert await sees(first) == {}


async def _enter_somehow(given: Given, connection: asyncpg.Connection, role: LoginRole) -> None:
    if role == "atum_desk_worker":
        await connection.execute("select enter_system($1)", given.workspace_id)
    elif role == "atum_desk_staff":
        await enter(connection, await given.staff(role="Administrator"))
    else:
        await enter(connection, await given.sign_in(await given.contact(), "contact"))


async def test_a_session_opens_nothing_to_the_role_of_another_audience(given: Given, connected: Connect) -> None:
    agent = await given.staff()
    contact = await given.sign_in(await given.contact(), "contact")
    for role, who in (("atum_desk_contact", agent), ("atum_desk_staff", contact), ("atum_desk_worker", agent)):
        async with connected(role) as connection:
            with pytest.raises(asyncpg.PostgresError) as refused:
                await enter(connection, who)
            assert refused.value.sqlstate in ("AT401", "42501")


# ---------------------------------------------------------------- changes
FINISH = "select finish_change($1, $2, $3, false, '{}', null, null)"


async def test_a_change_is_by_who_entered_and_says_how(given: Given, connected: Connect) -> None:
    agent = await given.staff()
    ticket = await given.ticket()
    async with connected("atum_desk_staff") as connection:
        for via in ("token", "link", "mail", "rule", "job", "cli", "owl"):
            transaction = connection.transaction()
            await transaction.start()
            await enter(connection, agent)
            await connection.execute("select open_change(), set_config('atum.person', '1', true)")
            with pytest.raises(asyncpg.PostgresError, match="via"):
                await connection.execute(FINISH, "ticket.edit", via, ticket.id)
            await transaction.rollback()
        async with connection.transaction():
            await enter(connection, agent)
            await connection.execute("select open_change(), set_config('atum.person', '1', true)")
            change_id = await connection.fetchval(FINISH, "ticket.edit", "session", ticket.id)
        async with connection.transaction():
            await enter(connection, agent)
            row = await connection.fetchrow("select actor_id, via from changes where id = $1", change_id)
    assert tuple(row) == (agent.id, "session")


async def test_the_system_never_says_it_was_a_browser_or_a_script(given: Given, connected: Connect) -> None:
    said = {"session": "job", "token": "job", "mail": "mail", "rule": "rule", "cli": "cli"}
    written = {}
    async with connected("atum_desk_worker") as connection:
        for via in said:
            async with connection.transaction():
                await connection.execute("select enter_system($1), open_change()", given.workspace_id)
                change_id = await connection.fetchval(FINISH, "test.via", via, None)
                await connection.execute("select enter_system($1)", given.workspace_id)
                written[via] = await connection.fetchval("select via from changes where id = $1", change_id)
    assert written == said


async def test_nothing_is_added_to_a_change_of_another_transaction(given: Given, connected: Connect) -> None:
    agent = await given.staff()
    ticket = await given.ticket()
    edit = "update tickets set subject = subject || '!' where id = $1"
    async with connected("atum_desk_staff") as connection:
        async with connection.transaction():
            await enter(connection, agent)
            old = await connection.fetchval("select open_change()")
            kept = await connection.fetchval("select current_setting('atum.sealed')")
            await connection.execute(edit, ticket.id)
            await connection.execute(FINISH, "ticket.edit", "session", ticket.id)
        for name, value in (("atum.change", str(old)), ("atum.sealed", kept)):
            transaction = connection.transaction()
            await transaction.start()
            await enter(connection, agent)
            sealed = await connection.fetchval("select current_setting('atum.sealed')")
            await connection.execute("select set_config($1, $2, true)", name, value)
            if name == "atum.change":
                with pytest.raises(asyncpg.InsufficientPrivilegeError, match="outside a unit of work"):
                    await connection.execute(edit, ticket.id)
            else:
                assert await connection.execute(edit, ticket.id) == "UPDATE 0"
            await transaction.rollback()
            assert sealed != kept
        # Both transactions in one message begin at the same moment: what is open is told by the transaction's id.
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="outside a unit of work"):
            await connection.execute(
                f"""begin; select enter('\\x{agent.actor.token_hash.hex()}', '{agent.actor.stamp}'), open_change();
                    select set_config('my.kept', current_setting('atum.sealed'), false);
                    select finish_change('ticket.edit', 'session', {ticket.id}, false, '{{}}', null, null); commit;
                    begin; select set_config('atum.sealed', current_setting('my.kept'), true);
                    update tickets set subject = subject || '?' where id = {ticket.id}; commit"""
            )
        await connection.execute("rollback")
    async with given.database.reading(given.system) as transaction:
        assert await transaction.fetchval("select count(*) from row_changes where change_id = $1", old) == 1
        assert (
            await transaction.fetchval("select subject from tickets where id = $1", ticket.id)
            == "The printer is on fire!"
        )


async def test_a_finished_change_takes_no_more_rows_and_another_person_no_open_one(
    given: Given, connected: Connect
) -> None:
    agent, other = await given.staff(), await given.staff()
    ticket = await given.ticket()
    edit = "update tickets set subject = 'mine' where id = $1"
    async with connected("atum_desk_staff") as connection:
        for between in ("finish", "enter"):
            transaction = connection.transaction()
            await transaction.start()
            await enter(connection, agent)
            await connection.execute("select open_change()")
            if between == "finish":
                await connection.execute(FINISH, "ticket.edit", "session", ticket.id)
            else:
                await enter(connection, other)
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="outside a unit of work"):
                async with connection.transaction():
                    await connection.execute(FINISH, "ticket.edit", "session", ticket.id)
            if between == "finish":
                # Nobody is entered any more.
                assert await connection.execute(edit, ticket.id) == "UPDATE 0"
                assert await sees(connection) == {}
            else:
                with pytest.raises(asyncpg.InsufficientPrivilegeError, match="outside a unit of work"):
                    await connection.execute(edit, ticket.id)
            await transaction.rollback()


@pytest.mark.parametrize("role", ENTERING_ROLES)
async def test_nobody_writes_the_ledger_past_its_doors(given: Given, connected: Connect, role: LoginRole) -> None:
    async with connected(role) as connection:
        await _enter_somehow(given, connection, role)
        for statement in (
            "insert into changes (workspace_id, via, command) values (1, 'cli', 'a.b')",
            "update changes set actor_id = 1",
            "delete from changes",
            "truncate changes",
            "insert into row_changes (change_id, workspace_id, table_name, row_id, operation) values (1, 1, 'tickets', 1, 'U')",
            "update row_changes set new = '{}'",
            "delete from row_changes",
            "alter table tickets disable trigger ledger",
            "alter table changes disable row level security",
            "set session_replication_role = replica",
            "select setval('changes_id_seq', 1)",
            "create or replace function moment() returns timestamptz language sql return now() - interval '1 year'",
            "select ledger_tickets()",
            "select * from seal_keys",
            "select * from link_keys",
            "update previous_doors set is_open = true",
        ):
            with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.FeatureNotSupportedError)):
                await connection.execute(statement)


async def test_nobody_moves_the_clock_of_a_real_desk(given: Given, connected: Connect, database_url: str) -> None:
    owner = await asyncpg.connect(database_url, server_settings={"search_path": "atum, public"})
    (real,) = [line for line in _migration().splitlines() if "function moment()" in line]
    await owner.execute(real)
    agent = await given.staff()
    async with (
        connected("atum_desk_staff", **{"atum.clock_offset": "-30 days"}) as connection,
        connection.transaction(),
    ):
        await connection.execute("set local atum.clock_offset = '-30 days'")
        await enter(connection, agent)
        await connection.execute("select open_change()")
        change_id = await connection.fetchval(FINISH, "test.clock", "session", None)
    age = await owner.fetchval("select clock_timestamp() - at from changes where id = $1", change_id)
    assert abs(age.total_seconds()) < 60
    assert await owner.fetchval(
        "select provolatile = 's' and proconfig is null from pg_proc where oid = 'moment()'::regprocedure"
    )
    await owner.close()


def _migration() -> str:
    (path,) = Path(MIGRATIONS, "versions").glob("0011_*.sql")
    return path.read_text(encoding="utf-8")


# ---------------------------------------------------------------- acting for somebody
async def test_only_the_system_acts_for_a_person_and_only_of_its_workspace(given: Given, connected: Connect) -> None:
    contact_id = await given.contact()
    async with given.database.writing(given.system, "mail.file") as work:
        await work.act_for(contact_id)
        assert await work.fetchval("select ctx_person()") == contact_id
        for nobody in (0, 2**40):
            await work.execute("savepoint before")
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="not of this workspace"):
                await work.act_for(nobody)
            await work.execute("rollback to before")
    async with given.database.reading(given.system) as transaction:
        assert contact_id == await transaction.fetchval("select actor_id from changes where id = $1", work.change_id)
    for role in ("atum_desk_staff", "atum_desk_contact"):
        async with connected(role) as connection:
            await _enter_somehow(given, connection, role)
            for function in (
                "act_for(1)",
                "enter_system(1)",
                "enter_system(1, 1)",
                "enter_as(1, 1, 'session')",
                "seal('1|1')",
            ):
                with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
                    await connection.execute(f"select {function}")
    async with connected("atum_desk_worker") as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="only the system"):
            await connection.execute("select act_for(1)")
