"""Every list costs at most four times the plain one, on a small desk and on one ten times larger.

Costs are the pages of 8 kB that PostgreSQL looks at: they do not depend on what else the machine does.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from hashlib import sha256
from itertools import product
from typing import Any, Literal, get_args

import asyncpg
import msgspec
import pytest

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, ReadTransaction
from atum_desk.portal import queries as portal
from atum_desk.tickets.queries import lists
from atum_desk.tickets.schemas import Sort, TicketFilter
from atum_desk.tickets.schemas import View as TicketView
from factories import Given
from loaded_databases import loaded_database
from scratch_databases import SECRET, make_settings

SIZES = (3_000, 30_000)
# The others walk the same indexes, from their other end.
SORTS: tuple[Sort, ...] = ("-updated_at", "-priority", "-number")
MODES: dict[int, tuple[Literal["custom", "generic"], ...]] = {SIZES[0]: ("generic",), SIZES[1]: ("custom", "generic")}
# What those who see few teams are asked for as well.
OF_FEW = (
    "nothing",
    "busiest team",
    "idle teams",
    "without tickets",
    "resolved",
    "no such",
    "common tag",
    "asked for nothing",
)
# So many are on a page that eight of them lead deep into the list.
PAGE = {"nothing": 200, "busiest team": 200, "busiest requester": 4, "common tag": 200}
MOST_TIMES = 4
# Growing tenfold may add a level to an index, and scatters what a page holds over more of the table.
MOST_GROWTH = 1.5


class Sized(msgspec.Struct):
    """A loaded desk, who looks at it, and what its lists are narrowed to."""

    database: Database
    actors: dict[str, Actor]
    narrowings: dict[str, dict[str, Any]]
    contacts: dict[str, Actor]
    # What each connection has prepared, by its identity: most of the time would go into planning it again.
    prepared: set[tuple[int, str]] = msgspec.field(default_factory=set)


@pytest.fixture(scope="module")
async def desks(
    cluster: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[dict[int, Sized]]:
    async with AsyncExitStack() as stack:
        sized = {}
        for tickets in SIZES:
            loaded = loaded_database(cluster, template, tickets, with_messages=False)
            url = await stack.enter_async_context(loaded)
            settings = make_settings(tmp_path_factory.mktemp(f"costs{tickets}") / "data")
            database = Database(settings, url, SECRET)
            await database.open("atum_desk_staff", "atum_desk_contact", "atum_desk_worker", size=2)
            stack.push_async_callback(database.close)
            sized[tickets] = await describe(database, url)
        yield sized


async def describe(database: Database, url: str) -> Sized:
    """Choose the busiest and the idlest of each kind, so that both ends are asked for."""
    given = await Given.of_first_workspace(database)
    owner = await asyncpg.connect(url, server_settings={"search_path": "atum"})

    async def most(column: str) -> int:
        return await owner.fetchval(
            f"select {column} from tickets where {column} is not null group by 1 order by count(*) desc limit 1"
        )

    try:
        busy = {name: await most(name) for name in ("team_id", "assignee_id", "requester_id", "organization_id")}
        idle = await given.staff()
        teams = [r["id"] for r in await owner.fetch("select id from teams order by id desc limit 2")]
        # Every third ticket bears it, as the plain tag of a busy desk would.
        await owner.execute(
            "set session_replication_role = replica; update tickets set tags = tags || array['common'] where number % 3 = 0;"
            "insert into ticket_tags select workspace_id, id, 'common', team_id, is_open, number, priority, updated_at"
            " from tickets where number % 3 = 0"
        )
        # What was opened last is of one priority: a walk by number for another would pass all of it.
        await owner.execute(
            "set session_replication_role = replica; update tickets set priority = 2"
            " where number > (select max(number) * 0.9 from tickets)"
        )
        await owner.execute("vacuum analyze tickets")
        await owner.execute("vacuum analyze ticket_tags")
    finally:
        await owner.close()
    everything, two, none = [
        await given.staff(role="Administrator"),
        await given.staff(sees_all_teams=False, teams=tuple(teams)),
        await given.staff(sees_all_teams=False),
    ]
    contact = await given.contact()
    return Sized(
        database=database,
        actors={"everything": everything.actor, "two teams": two.actor, "no team": none.actor},
        contacts={
            "busiest requester": (await given.sign_in(busy["requester_id"], "contact")).actor,
            "without requests": (await given.sign_in(contact, "contact")).actor,
        },
        narrowings={
            "nothing": {},
            "busiest team": {"team_ids": [busy["team_id"]]},
            "idle teams": {"team_ids": teams},
            "busiest assignee": {"assignee_id": busy["assignee_id"]},
            "without tickets": {"assignee_id": idle.id},
            "nobody": {"assignee_id": 0},
            "statuses": {"statuses": ["open", "waiting"]},
            "no such": {"statuses": ["cancelled"]},
            "one category": {"categories": ["on_hold"]},
            "resolved": {"categories": ["resolved"]},
            "priorities": {"priorities": ["high", "urgent"]},
            "common tag": {"tag": "common"},
            "tag": {"tag": "tag7"},
            "no such tag": {"tag": "none"},
            "busiest requester": {"requester_id": busy["requester_id"]},
            "asked for nothing": {"requester_id": contact},
            "busiest organization": {"organization_id": busy["organization_id"]},
        },
    )


async def pages_of(sized: Sized, transaction: ReadTransaction, statement: str, values: list[Any], mode: str) -> int:
    """Return how many pages a statement looks at when its plan is made anew, or kept for all values."""
    name = f"costed_{sha256(statement.encode()).hexdigest()[:32]}"
    if (id(transaction.connection), name) not in sized.prepared:
        await transaction.execute(f"prepare {name} as {statement}")
        sized.prepared.add((id(transaction.connection), name))
    await transaction.execute(f"set local plan_cache_mode = force_{mode}_plan")
    given = f"({', '.join(map(literal, values))})" if values else ""
    [plan] = await transaction.fetchval(f"explain (analyze, buffers, timing off, format json) execute {name}{given}")
    return plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]


def literal(value: Any) -> str:
    return f"'{{{','.join(map(str, value))}}}'" if isinstance(value, list) else f"'{value}'"


async def plain_pages(sized: Sized) -> int:
    async with sized.database.reading(sized.actors["everything"]) as transaction:
        return await pages_of(sized, transaction, *lists.list_statement(TicketFilter(), None, 50), "custom")


async def test_the_plain_list_costs_the_same_on_a_larger_desk(desks: dict[int, Sized]) -> None:
    small, large = [await plain_pages(desks[size]) for size in SIZES]
    assert large <= MOST_GROWTH * small


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("who", ["everything", "two teams", "no team"])
@pytest.mark.parametrize("tickets", SIZES)
async def test_no_list_costs_more_than_four_plain_ones(
    desks: dict[int, Sized], tickets: int, who: str, sort: Sort
) -> None:
    sized = desks[tickets]
    allowed = MOST_TIMES * await plain_pages(sized)
    names = sized.narrowings if who == "everything" else OF_FEW
    dear = {}
    async with sized.database.reading(sized.actors[who]) as transaction:
        for ticket_view, name in product(get_args(TicketView), names):
            wanted = TicketFilter(view=ticket_view, sort=sort, **sized.narrowings[name])
            for mode in MODES[tickets]:
                pages = await pages_of(sized, transaction, *lists.list_statement(wanted, None, 50), mode)
                if pages > allowed:
                    dear[ticket_view, name, mode] = pages
    assert dear == {}, f"{allowed} pages are allowed"


@pytest.mark.parametrize("narrowing", PAGE)
@pytest.mark.parametrize("sort", SORTS)
async def test_a_page_deep_in_a_list_costs_what_the_first_does(
    desks: dict[int, Sized], sort: Sort, narrowing: str
) -> None:
    sized = desks[SIZES[-1]]
    wanted = TicketFilter(view="all", sort=sort, **sized.narrowings[narrowing])
    cursor: str | None = None
    actor = sized.actors["everything"]
    for _ in range(8):
        page = await lists.read_tickets(sized.database, actor, wanted, cursor, PAGE[narrowing])
        cursor = page.next_cursor or cursor
    assert cursor
    statement, values = lists.list_statement(wanted, cursor, 50)
    async with sized.database.reading(actor) as transaction:
        for mode in ("custom", "generic"):
            pages = await pages_of(sized, transaction, statement, values, mode)
            assert pages <= MOST_TIMES * await plain_pages(sized)


@pytest.mark.parametrize("tickets", SIZES)
async def test_what_requesters_list_costs_no_more_either(desks: dict[int, Sized], tickets: int) -> None:
    sized = desks[tickets]
    allowed = await plain_pages(sized)
    for contact in sized.contacts.values():
        async with sized.database.reading(contact) as transaction:
            assert (
                await pages_of(sized, transaction, portal.list_statement(50, further=False), [], "generic") <= allowed
            )


@pytest.mark.parametrize("view", ["all", "all_open"])
async def test_a_common_tag_is_found_on_every_ticket_that_bears_it(desks: dict[int, Sized], view: TicketView) -> None:
    """There are 10,000; a filter that looked among the newest 5,000 once found half of them."""
    sized = desks[SIZES[-1]]
    actor = sized.actors["everything"]
    condition = "number % 3 = 0" if view == "all" else "number % 3 = 0 and is_open"
    async with sized.database.reading(actor) as open_view:
        expected = await open_view.fetch(
            f"select number from tickets where {condition} order by updated_at desc, id desc"
        )
    numbers: list[int] = []
    cursor: str | None = None
    while True:
        wanted = TicketFilter(view=view, tag="common")
        page = await lists.read_tickets(sized.database, actor, wanted, cursor, 1000)
        numbers += [item.number for item in page.items]
        if (cursor := page.next_cursor) is None:
            break
    assert numbers == [row["number"] for row in expected]
