"""What the consumer and the inbox ask walks indexes: also by the plan that a worker keeps for every change."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import msgspec
import pytest

from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.notifications.models import REASONS
from atum_desk.notifications.queries import inbox, told
from factories import Given
from loaded_databases import loaded_database
from scratch_databases import SECRET, make_settings

TICKETS = 12_000
BIG = frozenset({"tickets", "messages", "notifications", "row_changes_0", "people", "ticket_followers"})


class LargeDesk(msgspec.Struct):
    """A large desk in which somebody was told of a thousand things, and a change of it."""

    database: Database
    system: SystemActor
    person: Actor
    change_id: int


@pytest.fixture(scope="module")
async def loaded(cluster: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LargeDesk]:
    settings = make_settings(tmp_path_factory.mktemp("plans") / "data")
    async with loaded_database(cluster, template, TICKETS) as url:
        database = Database(settings, url, SECRET)
        await database.open("atum_desk_staff", "atum_desk_worker", size=2)
        try:
            given = await Given.of_first_workspace(database)
            person = (await given.staff()).actor
            await fill(given, person.person_id)
            await follow(given, person.person_id)
            yield LargeDesk(database, given.system, person, await changed(given, person.person_id))
        finally:
            await database.close()


async def fill(given: Given, person_id: int) -> None:
    async with given.database.marking(given.system) as transaction:
        await transaction.execute(
            """insert into notifications (workspace_id, person_id, ticket_id, change_id, reason, shown, by_mail)
               select ctx_workspace(), case when n <= 1000 then $1 else $1 + n end, t.id, n, 'followed', true, false
                 from (select id, row_number() over (order by id) as n from tickets limit 12000) t
                where n <= 1000 or exists (select from people p where p.id = $1 + n)""",
            person_id,
        )
        await transaction.execute("select count_unread($1)", [person_id])


async def follow(given: Given, person_id: int) -> None:
    async with given.database.writing(given.system, "ticket.follow") as work:
        await work.execute(
            """insert into ticket_followers (workspace_id, ticket_id, person_id)
               select workspace_id, id, $1 from tickets limit 5000""",
            person_id,
        )


async def changed(given: Given, person_id: int) -> int:
    async with given.database.writing(given.system, "ticket.assign") as work:
        await work.execute("update tickets set assignee_id = $1 where number = 7", person_id)
    assert work.change_id
    return work.change_id


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)


def read_whole(plan: dict[str, Any]) -> frozenset[str]:
    tables = (one["Relation Name"] for one in nodes(plan["Plan"]) if one["Node Type"] == "Seq Scan")
    return BIG.intersection(tables)


@pytest.mark.parametrize("plans", ["force_generic_plan", "force_custom_plan"])
async def test_telling_of_a_change_reads_no_table_whole(loaded: LargeDesk, plans: str) -> None:
    async with loaded.database.marking(loaded.system) as transaction:
        await transaction.execute(f"set local plan_cache_mode = {plans}")
        values = loaded.change_id, None, list(REASONS), REASONS
        [plan] = await transaction.fetchval(f"explain (analyze, buffers, format json) {told.INSERT}", *values)
    assert read_whole(plan) == set()
    # An assignee is told: a change, a ticket, a person, their settings, and a row with its indexes.
    assert plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"] < 250


@pytest.mark.parametrize("unread", [False, True])
async def test_the_inbox_reads_no_table_whole(loaded: LargeDesk, unread: bool) -> None:
    async with loaded.database.reading(loaded.person) as transaction:
        [plan] = await transaction.fetchval(f"explain (format json) {inbox.PAGE}", unread, 2**62, 51)
    assert read_whole(plan) == set()
