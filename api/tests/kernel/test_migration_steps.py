"""Migrations in steps: indexes are built beside the writes, and a killed run is taken up again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import asyncpg
import pytest

from atum_desk.kernel.database.migrate import current_revision, head_revision, migrate
from atum_desk.kernel.database.migration_steps import read_steps
from scratch_databases import SECRET, connected_as_superuser, copied_database

TICKETS = 2_500
DEADLINE_SECONDS = 60.0
FILL = """
    insert into tickets (workspace_id, number, subject, requester_id, team_id, status_id, category, channel, tags)
    select 1, n, 'Ticket ' || n, 1, 1, 1, 'open', 'email', array['a' || n % 7, 'b', 'b'] from generate_series(1, $1::int) n"""


@pytest.fixture
async def empty_url(cluster: str) -> AsyncIterator[str]:
    async with copied_database(cluster, "template0") as url:
        yield url


async def wait_until(connection: asyncpg.Connection, condition: str) -> None:
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not await connection.fetchval(f"select {condition}"):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def is_valid(name: str) -> str:
    return f"(select indisvalid from pg_index where indexrelid = to_regclass('atum.{name}'))"


async def kill_others(connection: asyncpg.Connection) -> None:
    await connection.execute(
        """select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid() and wait_event_type = 'Lock'"""
    )


async def fail(migration: asyncio.Task[bool]) -> None:
    with suppress(Exception):
        await migration
    assert migration.exception() is not None


async def test_writes_pass_while_an_index_is_built_and_a_killed_build_begins_anew(empty_url: str) -> None:
    await migrate(empty_url, SECRET, "0022")
    async with connected_as_superuser(empty_url) as writer, connected_as_superuser(empty_url) as other:
        async with writer.transaction():
            await writer.execute("lock table messages in row exclusive mode")
            migration = asyncio.create_task(migrate(empty_url, SECRET))
            await wait_until(other, f"not {is_valid('messages_words_by_range')}")
            # The build waits for the writer, and nobody waits for the build.
            async with other.transaction():
                await other.execute("set local lock_timeout = '20s'")
                await other.execute("lock table messages in row exclusive mode")
            await kill_others(other)
            await fail(migration)
        assert await other.fetchval(is_valid("messages_words_by_range")) is False
        assert await current_revision(other) == "0022"

        await migrate(empty_url, SECRET)

        assert await other.fetchval(is_valid("messages_words_by_range"))
        assert await current_revision(other) == head_revision()


async def test_a_killed_migration_is_taken_up_again_and_every_tag_has_its_row(empty_url: str) -> None:
    await migrate(empty_url, SECRET, "0023")
    async with connected_as_superuser(empty_url) as other, connected_as_superuser(empty_url) as holder:
        await other.execute("set session_replication_role = replica")
        await other.execute(FILL.replace("$1", str(TICKETS)))
        await other.execute("set session_replication_role = origin")
        async with holder.transaction():
            await holder.execute("lock table ticket_counters in row exclusive mode")
            migration = asyncio.create_task(migrate(empty_url, SECRET))
            # All steps but the last are done then.
            await wait_until(
                other,
                "exists (select from pg_locks where not granted and relation = to_regclass('atum.ticket_counters'))",
            )
            await kill_others(other)
            await fail(migration)
        assert await current_revision(other) == "0023"
        built = "select oid from pg_class where relname = 'tickets_done_status'"
        first = await other.fetchval(built)

        await migrate(empty_url, SECRET)

        assert await current_revision(other) == head_revision()
        # What stood was not built anew.
        assert await other.fetchval(built) == first
        tags = await other.fetch("select ticket_id, tag from ticket_tags order by 1, 2")
        wanted = "select distinct id, unnest(tags) from tickets order by 1, 2"
        assert [tuple(row) for row in tags] == [tuple(row) for row in await other.fetch(wanted)]
        assert len(tags) == 2 * TICKETS
        invalid = "select indexrelid::regclass::text from pg_index where not indisvalid"
        assert await other.fetch(invalid) == []


def test_steps_are_read_in_order_with_blocks_whole() -> None:
    steps = read_steps(
        "-- Why.\n-- step: outside a transaction\ncreate index concurrently a on t (x)\n  where y;\n"
        "do $$ begin\n  commit;\nend $$;\n-- step: in one transaction\nselect 1;\nselect 2;\n"
    )

    assert [step.alone for step in steps] == [True, False]
    assert steps[0].statements == [
        "create index concurrently a on t (x)\n  where y;",
        "do $$ begin\n  commit;\nend $$;",
    ]
    assert read_steps("select 1; select 2;")[0].statements == ["select 1; select 2;"]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("select 1;\n-- step: outside a transaction\nselect 2;\n-- step: in one transaction\n", "before"),
        ("-- step: outside a transaction\nselect 2;\n", "last"),
        ("-- step: outside a transaction\nselect 2\n-- step: in one transaction\n", "without an end"),
    ],
)
def test_a_file_that_could_not_be_taken_up_again_is_refused(sql: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_steps(sql)
