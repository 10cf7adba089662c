"""What every list costs beside the plain one, and how many tickets many open at once.

Costs are PostgreSQL's pages (of 8 kB) and milliseconds of execution, the lists in turns, so that
whatever else the machine does meets all alike.
"""

import asyncio
import statistics
import time
from typing import Any

import msgspec

from atum_desk.kernel.context import Actor, SystemActor, new_token, token_hash
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.tickets.public import NewMessage, NewTicket, open_ticket
from atum_desk.tickets.queries import counts, lists
from atum_desk.tickets.schemas import TicketFilter
from bench.operations import ANSWER, SUBJECT

PAGE_LENGTH = 50
PLAIN = "plain"
WARM_UP_SECONDS = 1.0


class ListCost(msgspec.Struct, frozen=True):
    """What one kind of list cost: medians, and both as multiples of the plain list."""

    name: str
    pages: float
    milliseconds: float
    times_pages: float
    times_milliseconds: float


class Opening(msgspec.Struct, frozen=True):
    """How fast tickets were opened: in all, and how long one took."""

    clients: int
    opened: int
    a_second: float
    p50_milliseconds: float
    p95_milliseconds: float


async def measure_lists(database: Database, seconds: float) -> list[ListCost]:
    """Run every kind of list in turns for so many seconds, and at least twice; the plain one is first.

    `database` is open for `atum_desk_staff` and `atum_desk_worker`, and so for the next function.
    """
    actor = await _administrator(database)
    kinds = await _kinds(database, actor)
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in kinds}
    end = time.monotonic() + seconds
    while time.monotonic() < end or len(found[PLAIN]) < 2:
        for name, (statement, values) in kinds.items():
            found[name].append(await _cost(database, actor, statement, values))
    medians = {
        name: [statistics.median(column) for column in zip(*costs, strict=True)] for name, costs in found.items()
    }
    plain_pages, plain_milliseconds = medians[PLAIN]
    return [
        ListCost(name, pages, took, pages / plain_pages, took / plain_milliseconds)
        for name, (pages, took) in medians.items()
    ]


async def measure_opening(database: Database, clients: int = 16, seconds: float = 5) -> Opening:
    """Let so many clients open tickets, each its next as soon as the last is committed.

    Each client's first tickets are not counted: they connect, and PostgreSQL prepares the statements.
    The worker's pool must hold so many connections.
    """
    workspace_id, requester_id = await _ground(database)
    actor = SystemActor(workspace_id=workspace_id, via="job")

    async def client(end: float, took: list[float]) -> None:
        while time.monotonic() < end:
            began = time.perf_counter()
            async with database.writing(actor, "ticket.open") as work:
                await open_ticket(work, _ticket(requester_id))
            took.append(time.perf_counter() - began)

    async def press(lasting: float) -> list[float]:
        took: list[float] = []
        end = time.monotonic() + lasting
        await asyncio.gather(*(client(end, took) for _ in range(clients)))
        return took

    await press(WARM_UP_SECONDS)
    began = time.monotonic()
    took = await press(seconds)
    parts = [1000 * part for part in statistics.quantiles(took, n=20)]
    return Opening(clients, len(took), len(took) / (time.monotonic() - began), parts[9], parts[18])


def _ticket(requester_id: int) -> NewTicket:
    message = NewMessage(
        kind="reply", author_id=requester_id, author_name="Contact", from_staff=False, channel="api", text=ANSWER
    )
    return NewTicket(subject=SUBJECT, requester_id=requester_id, channel="api", message=message)


async def _kinds(database: Database, actor: Actor) -> dict[str, tuple[str, list[Any]]]:
    """Return each kind's statement: every filter with its busiest and an idle value, every order, counts."""
    busy = await _busiest(database, actor)
    filters: dict[str, dict[str, Any]] = {
        PLAIN: {},
        "all": {"view": "all"},
        "team": {"view": "all", "team_ids": [busy["team_id"]]},
        "assignee": {"view": "all", "assignee_id": busy["assignee_id"]},
        "assignee without tickets": {"view": "all", "assignee_id": 2**40},
        "nobody": {"view": "all", "assignee_id": 0},
        "status": {"view": "all", "statuses": ["resolved"]},
        "priority": {"view": "all", "priorities": ["high", "urgent"]},
        "tag": {"view": "all", "tag": busy["tag"]},
        "requester": {"view": "all", "requester_id": busy["requester_id"]},
        "organization": {"view": "all", "organization_id": busy["organization_id"]},
        "waiting": {"view": "waiting"},
        "recently resolved": {"view": "recently_resolved"},
    }
    kinds = {
        name if sort == "-updated_at" else f"{name}, {sort}": lists.list_statement(
            TicketFilter(**{"sort": sort, **given}), None, PAGE_LENGTH
        )
        for sort in ("-updated_at", "-number", "-priority")
        for name, given in filters.items()
    }
    return kinds | {"counts, anew": (counts.COUNTS, [])}


async def _busiest(database: Database, actor: Actor) -> dict[str, Any]:
    async with database.reading(actor) as transaction:
        found = {
            column: await transaction.fetchval(
                f"""select {column} from (select t.* from tickets t order by t.updated_at desc limit 5000) t
                     where {column} is not null group by 1 order by count(*) desc limit 1"""
            )
            for column in ("team_id", "assignee_id", "requester_id", "organization_id")
        }
        found["tag"] = await transaction.fetchval("select tag from ticket_tags limit 1") or "none"
    return found


async def _cost(database: Database, actor: Actor, statement: str, values: list[Any]) -> tuple[float, float]:
    async with database.reading(actor) as transaction:
        [plan] = await transaction.fetchval(f"explain (analyze, buffers, timing off, format json) {statement}", *values)
    pages = plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]
    return float(pages), float(plan["Execution Time"])


async def _administrator(database: Database) -> Actor:
    token = new_token("staff")
    workspace_id, _ = await _ground(database)
    system = SystemActor(workspace_id=workspace_id, via="cli")
    async with database.reading(system) as transaction:
        person_id = await transaction.fetchval("select min(id) from people where kind = 'staff' and sees_all_teams")
    async with database.connection("atum_desk_worker") as connection:
        await connection.execute(
            "select open_session($1, 'staff', 'cookie', $2, null, 'bench', null, interval '1 day')",
            person_id,
            token_hash(token),
        )
    return await database.authenticate(token_hash(token), "staff")


async def _ground(database: Database) -> tuple[int, int]:
    """Return the first workspace and a contact of it."""
    async with database.connection("atum_desk_worker") as connection:
        workspace_id = await connection.fetchval("select min(workspace_id) from all_workspaces()")
    async with database.reading(SystemActor(workspace_id=workspace_id, via="cli")) as transaction:
        contact_id = await transaction.fetchval("select min(id) from people where kind = 'contact'")
    return workspace_id, contact_id
