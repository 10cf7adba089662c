"""Hot reads in one round trip obey what every view obeys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import get_args

import asyncpg
import msgspec
import pytest

from atum_desk.kernel.cursors import DEFAULT_LIMIT
from atum_desk.kernel.database import units_of_work
from atum_desk.kernel.database.stored_reads import SCHEMA, StoredRead, store_reads
from atum_desk.kernel.database.units_of_work import Database, connect_owner
from atum_desk.kernel.problems import NotSignedIn
from atum_desk.tickets.queries.counts import read_counts
from atum_desk.tickets.queries.lists import read_tickets
from atum_desk.tickets.queries.stored import stored_reads
from atum_desk.tickets.queries.threads import read_ticket
from atum_desk.tickets.schemas import Sort, TicketFilter, View
from factories import Given

SUBJECTS = StoredRead("select t.subject from tickets t order by t.id limit $1", "bigint", columns="subject text")
CONTEXT = StoredRead("select concat(ctx_workspace(), '/', ctx_person())")
WRITE = StoredRead("select atum.open_change()::text from atum.next_ticket_number()")


@pytest.fixture(autouse=True)
async def owner(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """The administrator's connection to a database that has these reads and the product's."""
    connection = await connect_owner(database_url)
    await store_reads(connection, [*stored_reads(), SUBJECTS, CONTEXT, WRITE])
    yield connection
    await connection.close()


async def test_it_answers_as_whoever_asks(database: Database, given: Given) -> None:
    agent = await given.staff()
    [row], _ = await database.read_once(agent.actor, CONTEXT)
    assert row["answer"] == f"{given.workspace_id}/{agent.id}"


async def test_it_shows_only_what_the_policies_show(database: Database, given: Given) -> None:
    team, other = await given.team(), await given.team()
    await given.ticket("seen", team_id=team)
    await given.ticket("hidden", team_id=other)
    agent = await given.staff(sees_all_teams=False, teams=(team,))
    rows, _ = await database.read_once(agent.actor, SUBJECTS, 10)
    assert [row["subject"] for row in rows] == ["seen"]


async def test_nothing_it_entered_is_left_behind(database: Database, given: Given) -> None:
    agent = await given.staff()
    await given.ticket()
    for _ in range(4):
        await database.read_once(agent.actor, SUBJECTS, 10)
    async with database.connection("atum_desk_staff") as connection:
        assert await connection.fetchval("select ctx_workspace() is null")
        assert await connection.fetchval("select count(*) from tickets") == 0


async def test_it_cannot_write(database: Database, given: Given) -> None:
    agent = await given.staff()
    with pytest.raises(Exception, match="read-only"):
        await database.read_once(agent.actor, WRITE)


async def test_changed_powers_are_read_anew(database: Database, given: Given) -> None:
    agent = await given.staff()
    stale = msgspec.structs.replace(agent.actor, stamp="1.1", permissions=frozenset())
    _, fresh = await database.read_once(stale, CONTEXT)
    assert fresh.permissions == agent.actor.permissions


async def test_an_ended_session_reads_nothing(database: Database, given: Given) -> None:
    agent = await given.staff()
    async with database.writing(given.system, "session.end") as work:
        await work.execute("select end_sessions($1)", agent.id)
    with pytest.raises(NotSignedIn):
        await database.read_once(agent.actor, CONTEXT)


async def names_of(owner: asyncpg.Connection) -> set[str]:
    rows = await owner.fetch("select proname from pg_proc where pronamespace = $1::regnamespace", SCHEMA)
    return {row["proname"] for row in rows}


async def test_one_that_is_not_stored_answers_all_the_same(database: Database, given: Given) -> None:
    agent = await given.staff()
    await given.ticket("seen")
    missing = StoredRead("select t.subject || ' as well' from tickets t where t.id > $1", "bigint")
    [row], _ = await database.read_once(agent.actor, missing, 0)
    assert row["answer"] == "seen as well"


async def test_functions_of_the_last_releases_stay_and_older_ones_go(owner: asyncpg.Connection) -> None:
    first, second, third, fourth = (StoredRead(f"select 'release {n}'") for n in range(1, 5))
    always = StoredRead("select 'of every release'")
    for release in (first, second, third):
        await store_reads(owner, [always, release])
    names = await names_of(owner)
    assert {first.name, second.name, third.name, always.name} <= names
    # The first is taken back to, so it is the newest; the one that nobody used longest goes.
    await store_reads(owner, [always, first])
    await store_reads(owner, [always, fourth])
    names = await names_of(owner)
    assert {first.name, third.name, fourth.name, always.name} <= names
    assert second.name not in names


async def test_a_start_that_finds_all_of_them_writes_nothing(owner: asyncpg.Connection) -> None:
    async def versions() -> list[asyncpg.Record]:
        return await owner.fetch(
            """select p.proname, p.xmin::text, d.xmin::text from pg_proc p join pg_description d on d.objoid = p.oid
                where p.pronamespace = $1::regnamespace order by 1""",
            SCHEMA,
        )

    before = await versions()
    await store_reads(owner, [*stored_reads(), SUBJECTS, CONTEXT, WRITE])
    assert before == await versions()


async def test_nobody_but_those_who_enter_may_call_them(owner: asyncpg.Connection) -> None:
    open_to = await owner.fetch(
        """select distinct p.proname, a.grantee::regrole::text as grantee, pg_get_userbyid(p.proowner) as owner
             from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
            where p.pronamespace = $1::regnamespace and a.privilege_type = 'EXECUTE'""",
        SCHEMA,
    )
    assert {row["owner"] for row in open_to} == {"atum_desk_owner"}
    assert {row["grantee"] for row in open_to} == {"atum_desk_owner", "atum_desk_app"}
    creators = await owner.fetch(
        "select rolname from pg_roles where rolname like 'atum_desk_%' and has_schema_privilege(oid, $1, 'CREATE')",
        SCHEMA,
    )
    assert {row["rolname"] for row in creators} == {"atum_desk_owner"}


async def test_the_reads_of_the_product_are_stored_when_a_database_is_prepared(
    database: Database, given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every view in every order, the counts and a ticket, none of them by the way for missing ones."""
    agent = await given.staff()
    ticket = await given.ticket()
    monkeypatch.setattr(units_of_work, "MISSING", ())
    for view in get_args(View):
        for sort in get_args(Sort):
            await read_tickets(database, agent.actor, TicketFilter(view=view, sort=sort), None, DEFAULT_LIMIT)
    await read_counts(database, agent.actor)
    await read_ticket(database, agent.actor, ticket.number)


async def test_a_value_that_is_refused_leaves_no_transaction_behind(database: Database, given: Given) -> None:
    agent = await given.staff()
    for _ in range(4):
        with pytest.raises(asyncpg.DataError):
            await database.read_once(agent.actor, SUBJECTS, 2**70)
        # Whoever gets this connection next may choose how the transaction reads.
        async with database.reading(agent.actor, units_of_work.READ_ONE_MOMENT) as transaction:
            assert await transaction.fetchval("show transaction_isolation") == "repeatable read"
