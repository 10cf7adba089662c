"""Listing and counting tags reads the index of tags, a bounded part of it, and no ticket."""

from __future__ import annotations

import pytest

from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.tags.queries import list_details, list_names
from atum_desk.tags.schemas import MOST_COUNTED
from desk import Desk
from rows_read import PLANS, rows_read

TICKETS = 3_000


async def fill(desk: Desk) -> None:
    """Give many tickets one tag, and some of them one of thirty."""
    first = await desk.given.ticket()
    async with desk.database.writing(desk.given.system, "test.write") as work:
        await work.execute(
            """insert into tickets (workspace_id, number, subject, status_id, category, channel, team_id, requester_id, tags)
               select t.workspace_id, 10000 + n, 'x', t.status_id, t.category, 'email', t.team_id, t.requester_id,
                      array['everywhere', 'tag' || n % 30]
                 from tickets t, generate_series(1, $2::int) n where t.id = $1""",
            first.id,
            TICKETS,
        )
    async with desk.database.connection("atum_desk_worker") as connection:
        await connection.execute("select 1")


@pytest.mark.parametrize("plan", PLANS)
async def test_a_page_of_tags_reads_a_bounded_part_of_the_index_and_no_ticket(desk: Desk, plan: str) -> None:
    await fill(desk)
    lead = await desk.given.staff(role="Team lead")
    found: list[tuple[str, int]] = []

    async def read(transaction: ReadTransaction) -> None:
        names = await list_names(transaction, "", "", 51)
        found.extend((one.name, one.tickets) for one in await list_details(transaction, names))

    rows = await rows_read(desk.database, lead.actor, read, plan)
    assert dict(found) == {"everywhere": MOST_COUNTED} | {f"tag{n}": TICKETS // 30 for n in range(30)}
    assert rows.get("tickets", (0, 0)) == (0, 0)
    assert rows["ticket_tags"][0] == 0
    # One probe for each name, and each of its counted entries once.
    assert rows["ticket_tags"][1] <= MOST_COUNTED + TICKETS + 100
