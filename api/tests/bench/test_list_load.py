"""What the bench says of lists and of opening: every kind is measured, and tickets are opened."""

from __future__ import annotations

from pathlib import Path

from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.mail.filing.facts import FACTS
from bench.list_load import PLAIN, measure_lists, measure_opening
from loaded_databases import loaded_database
from scratch_databases import SECRET, make_settings


async def test_lists_and_opening_are_measured(cluster: str, template: str, tmp_path: Path) -> None:
    async with loaded_database(cluster, template, 1_000) as url:
        database = Database(make_settings(tmp_path / "data"), url, SECRET)
        await database.open("atum_desk_staff", "atum_desk_worker", size=4)
        try:
            costs = {cost.name: cost for cost in await measure_lists(database, 0.1)}
            assert (costs[PLAIN].times_pages, costs[PLAIN].times_milliseconds) == (1.0, 1.0)
            assert {"tag", "assignee without tickets, -priority", "counts, anew"} < costs.keys()
            assert all(cost.pages > 0 for cost in costs.values())
            async with database.connection("atum_desk_worker") as connection:
                await connection.execute("begin; select enter_system(1)")
                before = await connection.fetchval("select max(number) from tickets")
                await connection.execute("commit")
            assert await _pages_of_facts(database) < 200
            opening = await measure_opening(database, clients=4, seconds=1)
            async with database.connection("atum_desk_worker") as connection:
                await connection.execute("begin; select enter_system(1)")
                after = await connection.fetchval("select max(number) from tickets")
                await connection.execute("commit")
            # Those opened while the clients connect are not counted.
            assert after >= before + opening.opened > before
        finally:
            await database.close()


async def _pages_of_facts(database: Database) -> int:
    """Return how many pages are looked at to find out what is known about a mail that was just received."""
    actor = SystemActor(workspace_id=1, via="mail")
    async with database.reading(actor) as transaction:
        mail = await transaction.fetchone(
            "select id, mail_message_id, from_address from mails order by id desc limit 1"
        )
        values = [mail["id"], mail["mail_message_id"], [], [], mail["from_address"], 1_000, 200]
        values += [[mail["from_address"]], None, [], None, None, [], [], None]
        [plan] = await transaction.fetchval(f"explain (analyze, buffers, format json) {FACTS}", *values)
    pages: int = plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]
    return pages
