"""However a worker ends, each ticket of a run is done once; and others wait for no run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import msgspec
import pytest

from atum_desk.bulk import batches, queries
from atum_desk.bulk.feature import RunBulk
from atum_desk.bulk.jobs import run_bulk
from bulk_runs import begun, counts, done, undone
from desk import Client, Desk
from waiting import until
from worker_process import WorkerProcess

TICKETS = 400


@pytest.fixture
async def worker(desk: Desk, database_url: str) -> AsyncIterator[WorkerProcess]:
    process = WorkerProcess(msgspec.structs.replace(desk.settings, smtp_port=0), database_url)
    try:
        yield process
    finally:
        process.kill()


async def made_tickets(desk: Desk, count: int) -> list[int]:
    contact, team = await desk.given.contact(), await desk.given.first_team()
    return [(await desk.given.ticket(requester_id=contact, team_id=team)).number for _ in range(count)]


@pytest.mark.slow("a killed worker's job comes back after 12 to 15 seconds, twice")
async def test_a_run_whose_worker_is_killed_between_batches_does_each_ticket_once(
    desk: Desk, worker: WorkerProcess
) -> None:
    client = await desk.administrator()
    numbers = await made_tickets(desk, TICKETS)
    actions = {"set": {"priority": "high"}, "message": {"kind": "note", "text": "Seen {{ ticket.number }}."}}
    run = await begun(client, actions, numbers=numbers)

    async def has_changed_more_than(least: int) -> bool:
        return await desk.value("select changed from bulk_runs") > least

    for least in (0, TICKETS // 3):
        await worker.start()
        await until(lambda least=least: has_changed_more_than(least), 120)
        worker.kill()
    assert await desk.value("select state from bulk_runs") == "running"
    await worker.start()

    async def is_done() -> bool:
        return await desk.value("select state from bulk_runs") == "done"

    await until(is_done, 180)
    assert counts(await client.got(f"/bulk/{run['id']}")) == ("done", TICKETS, 0, 0)
    notes = "select count(*) as notes, count(distinct ticket_id) as tickets from messages where kind = 'note'"
    assert await desk.rows(notes) == [{"notes": TICKETS, "tickets": TICKETS}]
    assert await desk.value("select count(*) from changes where command = 'bulk.apply'") == TICKETS


async def test_a_run_that_is_cancelled_in_the_middle_stops_and_is_undone_as_far_as_it_came(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "BATCH_SECONDS", 0.0)
    client = await desk.administrator()
    run = await begun(client, {"set": {"priority": "high"}}, numbers=await made_tickets(desk, 40))
    take = queries.take_items

    async def take_and_cancel(*arguments: Any) -> Any:
        # While the second batch is in hand.
        if await desk.value("select changed > 0 and not cancel_asked from bulk_runs where id = $1", run["id"]):
            await client.posted(f"/bulk/{run['id']}/cancel", status=200)
        return await take(*arguments)

    monkeypatch.setattr(queries, "take_items", take_and_cancel)
    report = await done(desk, client, run)
    monkeypatch.undo()
    assert report["state"] == "cancelled"
    assert 0 < report["changed"] < 40
    taken_back = await undone(desk, client, report)
    assert counts(taken_back) == ("done", report["changed"], 0, 0)
    assert await desk.value("select count(*) from tickets where priority = 3") == 0


async def test_a_ticket_that_somebody_holds_keeps_nobody_waiting_and_is_done_when_it_is_free(desk: Desk) -> None:
    client, other = await desk.administrator(), await desk.staff()
    numbers = await made_tickets(desk, 15)
    run = await begun(client, {"set": {"priority": "high"}}, numbers=numbers)
    async with desk.database.writing(desk.given.system, "test.write") as work:
        await work.execute("update tickets set subject = 'Held' where number = $1", numbers[4])
        doing = asyncio.create_task(run_bulk(desk.job, RunBulk(run_id=run["id"])))

        async def others_are_done() -> bool:
            return await desk.value("select changed from bulk_runs") == 14

        await until(others_are_done, 20)
        # What the run has done is nobody's any more, while it waits for the one that is held.
        await other.patched(f"/tickets/{numbers[0]}", {"tags": ["free"]})
        assert not doing.done()
    await doing
    assert counts(await client.got(f"/bulk/{run['id']}")) == ("done", 15, 0, 0)
    assert await desk.value("select subject from tickets where number = $1", numbers[4]) == "Held"


class Statements:
    """Counts the statements of this process, and how long its transactions that write last."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self.longest_seconds = 0.0
        for name in ("execute", "fetch", "fetchrow", "fetchval"):
            monkeypatch.setattr(asyncpg.Connection, name, self._counted(getattr(asyncpg.Connection, name)))
        do_batch = batches.do_batch

        async def timed(*arguments: Any) -> batches.Batch:
            begun_at = time.process_time()
            batch = await do_batch(*arguments)
            self.longest_seconds = max(self.longest_seconds, time.process_time() - begun_at)
            return batch

        monkeypatch.setattr("atum_desk.bulk.jobs.do_batch", timed)

    def _counted(self, method: Any) -> Any:
        async def counted(connection: Any, *arguments: Any, **options: Any) -> Any:
            self.count += 1
            return await method(connection, *arguments, **options)

        return counted


@pytest.mark.parametrize(
    ("actions", "most_each"),
    [
        ({"set": {"priority": "high", "status": "open"}, "add_tags": ["vpn"]}, 6),
        ({"message": {"kind": "reply", "text": "Dear {{ requester.name }}"}}, 12),
    ],
)
async def test_a_ticket_of_a_run_costs_a_bounded_number_of_statements_and_a_batch_its_time(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, actions: dict[str, Any], most_each: int
) -> None:
    client: Client = await desk.administrator()
    numbers = await made_tickets(desk, 60)
    run = await begun(client, actions, numbers=numbers)
    statements = Statements(monkeypatch)
    await run_bulk(desk.job, RunBulk(run_id=run["id"]))
    # What does not depend on the number of tickets: the session, states, the end.
    assert statements.count <= 60 * most_each + 80, statements.count / 60
    # Of the processor's time: a batch and one chunk more, however busy the machine is.
    assert statements.longest_seconds < batches.BATCH_SECONDS + 0.5
    assert counts(await client.got(f"/bulk/{run['id']}")) == ("done", 60, 0, 0)
