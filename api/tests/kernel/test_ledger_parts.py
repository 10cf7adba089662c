"""The ledger's traces stand in parts: an existing desk's as they are, the next one begun in time (ADR 0033)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg
import pytest

from atum_desk.files.public import FileStore
from atum_desk.history import commands, queries
from atum_desk.history.problems import NotUndoable
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.migrate import migrate
from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.kernel.ledger import parts
from atum_desk.kernel.ledger.parts import keep_ledger, remove_old_texts
from atum_desk.kernel.ledger.tail import BEGINNING, read_changes
from atum_desk.live.queries import touched_rows_statement
from factories import Given
from scratch_databases import SECRET, connected_as_superuser, copied_database, make_settings

WIDTH = 1_000_000_000
LONG = "Die Pumpe stockt bei jedem Neustart, und jemand muss hinübergehen. " * 40
OTHER = "We found the cause: a timer. " * 30
SHORT = "It works again."
PARTS = "select name, from_change, before_change, began_at is not null as began, ended_at is not null as ended from atum.ledger_parts order by from_change"


@pytest.fixture
async def owner(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    async with connected_as_superuser(database_url) as connection:
        yield connection


@pytest.fixture
def worker(given: Given, settings: Settings) -> WorkerContext:
    return WorkerContext(database=given.database, settings=settings, files=FileStore(settings.uploads))


async def turn(given: Given, owner: asyncpg.Connection) -> str | None:
    """Begin the next part, as the caretaker does when the one that is written is old enough."""
    await owner.execute("update ledger_parts set began_at = began_at - interval '40 days' where ended_at is null")
    async with given.database.connection("atum_desk_worker") as connection:
        return await connection.fetchval("select atum.keep_ledger_parts(30, 0)")


async def note(given: Given, ticket_id: int, text: str) -> tuple[int, int]:
    """Add a note; return its id and its change's."""
    async with given.database.writing(given.system, "test.write") as work:
        message_id = await work.fetchval(
            """insert into messages (workspace_id, ticket_id, kind, author_id, author_name, from_staff, channel, text)
               select $1, $2, 'note', requester_id, 'A', true, 'api', $3 from tickets where id = $2 returning id""",
            given.workspace_id,
            ticket_id,
            text,
        )
    assert work.change_id
    return message_id, work.change_id


async def alter(given: Given, message_id: int, text: str) -> int:
    async with given.database.writing(given.system, "ticket.edit") as work:
        await work.execute("update messages set text = $2 where id = $1", message_id, text)
    assert work.change_id
    return work.change_id


async def part_of(owner: asyncpg.Connection, change_id: int) -> str:
    return await owner.fetchval(
        "select distinct tableoid::regclass::text from row_changes where change_id = $1", change_id
    )


async def test_an_existing_desks_traces_become_the_first_part_as_they_stand(cluster: str) -> None:
    async with copied_database(cluster, "template0") as url:
        await migrate(url, SECRET, "0025")
        async with connected_as_superuser(url) as owner:
            await owner.execute(
                """insert into row_changes (change_id, workspace_id, table_name, row_id, operation, new)
                   select n, 1, 'tickets', n, 'I', '{"id": 1}' from generate_series(1, 500) n;
                   select setval('changes_id_seq', 500)"""
            )
            rows = await owner.fetch("select * from row_changes order by seq")
            file = await owner.fetchval("select pg_relation_filenode('row_changes')")
            await migrate(url, SECRET)
            assert await owner.fetchval("select pg_relation_filenode('row_changes_0')") == file
            assert await owner.fetch("select * from row_changes order by seq") == rows
            assert [tuple(row) for row in await owner.fetch(PARTS)] == [
                ("row_changes_0", 0, WIDTH, True, False),
                ("row_changes_1", WIDTH, 2 * WIDTH, False, False),
                ("row_changes_2", 2 * WIDTH, 3 * WIDTH, False, False),
            ]
            # Rows go on in their order, and no constraint is left that each write would read.
            await owner.execute(
                "insert into row_changes (change_id, workspace_id, table_name, row_id, operation) values (501, 1, 'tickets', 1, 'U')"
            )
            assert await owner.fetchval("select max(seq) from row_changes") == 501
            checks = "select count(*) from pg_constraint where contype = 'c' and conrelid = 'row_changes_0'::regclass"
            assert await owner.fetchval(checks) == 0
            indexes = "select count(*) from pg_index where indrelid = 'row_changes_0'::regclass and indisvalid"
            assert await owner.fetchval(indexes) == 3


@pytest.mark.parametrize(
    ("first", "then", "mode"),
    [("row_changes", "changes", "row exclusive"), ("changes", "row_changes", "access share")],
    ids=["a write", "a read"],
)
async def test_the_upgrade_deadlocks_with_no_write_and_no_read(cluster: str, first: str, then: str, mode: str) -> None:
    async with copied_database(cluster, "template0") as url:
        await migrate(url, SECRET, "0025")
        async with connected_as_superuser(url) as other, connected_as_superuser(url) as looking:
            # As the first steps leave it, which want one table each.
            await other.execute(f"alter table row_changes add constraint row_changes_0_ids check (change_id < {WIDTH})")
            async with other.transaction():
                await other.execute(f"lock table {first} in {mode} mode")
                migration = asyncio.create_task(migrate(url, SECRET))
                waits = f"""select exists (select from pg_locks where not granted
                    and mode = 'AccessExclusiveLock' and relation = '{first}'::regclass)"""
                async with asyncio.timeout(60):
                    while not await looking.fetchval(waits):  # noqa: ASYNC110
                        await asyncio.sleep(0.01)
                await other.execute(f"lock table {then} in {mode} mode")
            await migration
            assert await looking.fetchval("select count(*) from ledger_parts") == 3


async def test_a_part_follows_another_and_what_is_open_stays_in_its_own(
    given: Given, owner: asyncpg.Connection
) -> None:
    ticket = await given.ticket()
    message_id, before = await note(given, ticket.id, SHORT)
    async with given.database.connection("atum_desk_worker") as connection:
        assert await connection.fetchval("select atum.keep_ledger_parts(30, 0)") is None
        assert await connection.fetchval(f"select atum.keep_ledger_parts(0, {1 << 40})") is None
    begun, proceed = asyncio.Event(), asyncio.Event()

    async def write_slowly() -> int | None:
        async with given.database.writing(given.system, "test.slow") as work:
            await work.execute("update messages set text = 'one' where id = $1", message_id)
            begun.set()
            await proceed.wait()
            await work.execute("update messages set text = 'two' where id = $1", message_id)
        return work.change_id

    slow = asyncio.create_task(write_slowly())
    await begun.wait()
    assert await turn(given, owner) == "row_changes_1"
    later = await note(given, ticket.id, "After it.")
    proceed.set()
    opened = await slow
    assert opened
    assert opened < WIDTH <= later[1]
    assert await part_of(owner, before) == await part_of(owner, opened) == "row_changes_0"
    assert await part_of(owner, later[1]) == "row_changes_1"
    # Followers read all of them, once and in the order of transactions.
    async with given.database.connection("atum_desk_worker") as connection:
        changes = await read_changes(connection, BEGINNING)
    ids = [change.id for change in changes]
    assert len(ids) == len(set(ids))
    assert {before, opened, later[1]} <= set(ids)
    # Two parts are ahead again.
    found = await owner.fetch(PARTS)
    assert [(row["began"], row["ended"]) for row in found] == [
        (True, True),
        (True, False),
        (False, False),
        (False, False),
    ]


async def test_undo_reaches_across_parts(given: Given, owner: asyncpg.Connection) -> None:
    agent = await given.staff(role="Administrator")
    ticket = await given.ticket()
    message_id, _ = await note(given, ticket.id, LONG)
    altered = await alter(given, message_id, OTHER)
    await turn(given, owner)
    later = await alter(given, message_id, SHORT)
    await turn(given, owner)

    async with given.database.reading(agent.actor) as transaction:
        moved = [{"table_name": "messages", "row_id": message_id, "column_name": "text"}]
        (conflict,) = await queries.list_conflicts(transaction, altered, moved)  # type: ignore[arg-type]
    assert conflict.change_id == later
    await commands.undo(given.database, agent.actor, later)
    await commands.undo(given.database, agent.actor, altered)
    assert await owner.fetchval("select text from messages where id = $1", message_id) == LONG


async def test_a_caretaker_that_was_away_finds_its_place_again(given: Given, owner: asyncpg.Connection) -> None:
    """Nobody cared while more than a part's changes were written: none was refused."""
    await owner.execute(f"select setval('changes_id_seq', {WIDTH + 5})")
    ticket = await given.ticket()
    _, change = await note(given, ticket.id, SHORT)
    assert await part_of(owner, change) == "row_changes_1"
    async with given.database.connection("atum_desk_worker") as connection:
        assert await connection.fetchval("select atum.keep_ledger_parts(3000, 0)") == "row_changes_1"
        assert await connection.fetchval("select atum.keep_ledger_parts(3000, 0)") is None
    _, after = await note(given, ticket.id, SHORT)
    assert change < after < change + 100


async def test_no_part_turns_while_a_backup_looks(given: Given, owner: asyncpg.Connection) -> None:
    await owner.execute("select pg_advisory_lock_shared(4707481300889062469)")
    assert await turn(given, owner) is None
    await owner.execute("select pg_advisory_unlock_shared(4707481300889062469)")
    assert await turn(given, owner) == "row_changes_1"


def scans(plan: dict[str, Any]) -> Iterator[str]:
    """Yield the parts that a plan read."""
    if plan.get("Relation Name", "").startswith("row_changes") and plan["Actual Loops"]:
        yield plan["Relation Name"]
    for below in plan.get("Plans", []):
        yield from scans(below)


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("select * from row_changes where change_id = $1::bigint", "5"),
        (touched_rows_statement(), "array[5, 7], array[null, 1]"),
    ],
)
@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
async def test_what_names_its_changes_reads_their_part_only(
    given: Given, owner: asyncpg.Connection, statement: str, values: str, mode: str
) -> None:
    agent = await given.staff()
    for _ in range(3):
        await turn(given, owner)
    async with given.database.reading(agent.actor) as transaction:
        await transaction.execute(f"set local plan_cache_mode = {mode}")
        await transaction.execute(f"prepare reading as {statement}")
        [plan] = await transaction.fetchval(f"explain (analyze, format json) execute reading({values})")
        await transaction.execute("deallocate reading")
    assert set(scans(plan["Plan"])) == {"row_changes_0"}


async def test_old_texts_go_with_their_undo_and_the_rest_of_history_stays(
    given: Given, owner: asyncpg.Connection, worker: WorkerContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "ROWS_AT_ONCE", 3)
    agent = await given.staff(role="Administrator")
    ticket = await given.ticket()
    message_id, inserted = await note(given, ticket.id, LONG)
    altered = await alter(given, message_id, OTHER)
    shortened = await alter(given, message_id, SHORT)
    lengthened = await alter(given, message_id, OTHER)
    async with given.database.writing(given.system, "ticket.priority") as work:
        work.ticket_id = ticket.id
        await work.execute("update tickets set priority = 4 where id = $1", ticket.id)
    plain = work.change_id
    assert plain
    await turn(given, owner)
    kept = await alter(given, message_id, LONG)
    rows = "select change_id, seq, workspace_id, ticket_id, table_name, row_id, operation from row_changes order by seq"
    traces, changes = await owner.fetch(rows), await owner.fetchval("select count(*) from changes")

    # Not old enough, then old enough but no time, then whole.
    assert await remove_old_texts(worker, 30, 60.0) == 0
    await owner.execute("update ledger_parts set ended_at = now() - interval '31 days' where ended_at is not null")
    assert await remove_old_texts(worker, 30, 0.0) == 0
    assert await remove_old_texts(worker, 30, 60.0) == 4
    assert await remove_old_texts(worker, 30, 60.0) == 0

    # LONG is the message's own text again; of OTHER nothing is left but what this part still has.
    in_part = (
        "select count(*) from row_changes where change_id = any($2) and (old::text || new::text) like '%' || $1 || '%'"
    )
    removed = [altered, shortened, lengthened]
    assert await owner.fetchval(in_part, OTHER[:40], removed) == 0
    assert await owner.fetchval(in_part, LONG[:40], removed) == 0
    told = await owner.fetchrow("select summary, via from changes where command = 'ledger.remove_texts'")
    assert told
    assert told["via"] == "job"
    assert '"count": 4' in told["summary"]
    assert await owner.fetch(rows) == traces
    assert await owner.fetchval("select count(*) from changes") == changes + 1
    for change_id in removed:
        with pytest.raises(NotUndoable, match="older than this desk keeps texts"):
            await commands.undo(given.database, agent.actor, change_id)
    await commands.undo(given.database, agent.actor, plain)
    await commands.undo(given.database, agent.actor, kept)
    assert await owner.fetchval("select text from messages where id = $1", message_id) == OTHER
    # Who altered what, and which text it was, stays; and the columns' order and bounds hold.
    old = await owner.fetchval("select old from row_changes where change_id = $1", shortened)
    assert "text#sha256" in old
    assert await part_of(owner, inserted) == "row_changes_0"


async def test_what_a_backup_sealed_can_still_be_added_up(
    given: Given, owner: asyncpg.Connection, worker: WorkerContext
) -> None:
    ticket = await given.ticket()
    message_id, _ = await note(given, ticket.id, LONG)
    await alter(given, message_id, OTHER)
    await turn(given, owner)
    seal = "select sum(hashtextextended(r::text, 0)::numeric) from row_changes r"
    before = await owner.fetchval(seal)
    await owner.execute("update ledger_parts set ended_at = now() - interval '31 days' where ended_at is not null")
    assert await remove_old_texts(worker, 30, 60.0) == 2
    after = await owner.fetchval(seal)
    differs = await owner.fetchval("select sum(seal_before - seal_after) from ledger_parts")
    assert after != before
    assert after + differs == before


async def test_without_the_setting_every_text_stays(
    given: Given, owner: asyncpg.Connection, worker: WorkerContext
) -> None:
    ticket = await given.ticket()
    message_id, _ = await note(given, ticket.id, LONG)
    altered = await alter(given, message_id, SHORT)
    await turn(given, owner)
    await owner.execute("update ledger_parts set ended_at = now() - interval '3000 days' where ended_at is not null")
    await keep_ledger(worker)
    assert worker.settings.ledger_text_days == 0
    assert LONG in await owner.fetchval("select old->>'text' from row_changes where change_id = $1", altered)


async def test_with_the_setting_parts_are_short_enough_for_it(
    given: Given, owner: asyncpg.Connection, worker: WorkerContext, settings: Settings
) -> None:
    short = make_settings(settings.data, ledger_text_days=40)
    ticket = await given.ticket()
    message_id, _ = await note(given, ticket.id, LONG)
    altered = await alter(given, message_id, SHORT)
    await owner.execute("update ledger_parts set began_at = now() - interval '11 days' where name = 'row_changes_0'")
    caretaker = WorkerContext(database=given.database, settings=short, files=worker.files)
    await keep_ledger(caretaker)
    await owner.execute("update ledger_parts set ended_at = now() - interval '41 days' where ended_at is not null")
    await keep_ledger(caretaker)
    assert await owner.fetchval("select old->>'text' from row_changes where change_id = $1", altered) is None
