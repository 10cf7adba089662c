"""A page of a list sorted by a custom field is read from an index, near its beginning and deep within.

Counted in pages of 8 kB that PostgreSQL looks at, which depend on nothing that the machine does besides.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import msgspec
import pytest

from atum_desk.kernel.context import Actor
from atum_desk.kernel.cursors import encode_cursor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.tickets.queries.field_sorts import FieldOrder, sorted_statement
from atum_desk.tickets.queries.lists import Parameters, list_statement
from atum_desk.tickets.schemas import TicketFilter, View
from bench.dataset import load
from factories import Given
from scratch_databases import SECRET, copied_database, make_settings

TICKETS = 12_000
MOST_TIMES = 4
RANKED = FieldOrder(1, False, None)
ORDERS = {
    "number": RANKED,
    "number, downwards": msgspec.structs.replace(RANKED, descending=True),
    "choice": FieldOrder(2, False, [f"2=o{n}" for n in range(8)]),
}
# Half of the tickets have a number, and most a choice.
FILL = """
    set session_replication_role = replica;
    insert into ticket_field_ranks select workspace_id, id, 1, team_id, is_open, number * 7919 % 100003
      from tickets where number % 2 = 0;
    insert into ticket_field_keys select workspace_id, id, '2=o' || number % 9, team_id, is_open, number, priority, updated_at
      from tickets where number % 9 < 8;"""


class SortedDesk(msgspec.Struct):
    """A desk of many tickets with values, and who looks at it."""

    database: Database
    actors: dict[str, Actor]


@pytest.fixture(scope="module")
async def loaded(cluster: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SortedDesk]:
    settings = make_settings(tmp_path_factory.mktemp("sorts") / "data")
    async with copied_database(cluster, template) as url:
        await load(url, TICKETS, with_messages=False)
        owner = await asyncpg.connect(url, server_settings={"search_path": "atum"})
        try:
            await owner.execute(FILL)
            for table in ("tickets", "ticket_field_ranks", "ticket_field_keys"):
                await owner.execute(f"vacuum analyze {table}")
        finally:
            await owner.close()
        database = Database(settings, url, SECRET)
        await database.open("atum_desk_staff", "atum_desk_worker", size=2)
        try:
            given = await Given.of_first_workspace(database)
            all_teams = (await given.staff()).actor
            two = (await given.staff(sees_all_teams=False, teams=(2, 3))).actor
            yield SortedDesk(database, {"all teams": all_teams, "two teams": two})
        finally:
            await database.close()


async def looked_at(loaded: SortedDesk, who: str, statement: str, values: list[Any]) -> tuple[int, set[str]]:
    """Return how many pages a statement looks at, and which tables it reads from end to end."""
    async with loaded.database.reading(loaded.actors[who]) as transaction:
        [plan] = await transaction.fetchval(f"explain (analyze, buffers, format json) {statement}", *values)
    top = plan["Plan"]
    return top["Shared Hit Blocks"] + top["Shared Read Blocks"], read_whole(top)


def read_whole(node: dict[str, Any]) -> set[str]:
    below = {name for one in node.get("Plans", ()) for name in read_whole(one)}
    return below | {node["Relation Name"]} if node["Node Type"] == "Seq Scan" else below


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("view", ["all", "all_open"])
async def test_a_page_costs_little_more_than_one_of_the_plain_list(loaded: SortedDesk, view: View, name: str) -> None:
    order = ORDERS[name]
    wanted = TicketFilter(view=view)
    plain, _ = await looked_at(loaded, "all teams", *list_statement(wanted, None, 50))
    deep = encode_cursor(5 if order.keys else 50_000, datetime(2026, 1, 1, tzinfo=UTC), TICKETS // 2)
    found = {}
    for who in loaded.actors:
        for place, cursor in {"first": None, "deep": deep}.items():
            parameters = Parameters()
            statement = sorted_statement(wanted, order, cursor, 51, parameters)
            pages, whole = await looked_at(loaded, who, statement, parameters.values)
            assert not whole & {"tickets", "ticket_field_ranks", "ticket_field_keys"}, (who, place)
            found[who, place] = pages
    assert max(found.values()) <= MOST_TIMES * max(plain, 250), (plain, found)
