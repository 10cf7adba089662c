"""A worker that is killed in the middle of an import leaves no half batch, and another one goes on where it was."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from desk import Client, Desk
from suite.machine_speed import scaled
from waiting import until
from worker_process import WorkerProcess

ROWS = 1_500
# A batch is one change of so many rows.
BATCH = 250
PATIENCE_SECONDS = 60


async def counted(desk: Desk) -> dict[str, int]:
    [row] = await desk.rows(
        """select (select count(*) from people) as people, (select count(*) from addresses) as addresses,
                  (select count(*) from phones) as phones, (select count(*) from contact_notes) as notes"""
    )
    return dict(row)


@pytest.mark.slow("kills a real worker while it carries out an import")
@pytest.mark.timeout(scaled(6 * PATIENCE_SECONDS))
async def test_a_killed_import_has_whole_batches_goes_on_once_and_is_undone_as_a_whole(
    desk: Desk, database_url: str
) -> None:
    agent: Client = await desk.administrator()
    lines = [f"Person {n},person{n}@killed.example,+49 30 {n:07},note {n}" for n in range(ROWS)]
    text = "\n".join(["name,email,phone,note", *lines])
    made = (await agent.post("/contact-imports", files={"file": ("c.csv", text.encode())})).json()
    before = await counted(desk)
    started = await agent.post(f"/contact-imports/{made['id']}/start")
    assert started.status_code == 200, started.text

    async def state() -> dict[str, Any]:
        return await agent.got(f"/contact-imports/{made['id']}")

    worker = WorkerProcess(msgspec.structs.replace(desk.settings, smtp_port=0), database_url)
    kills = 0
    try:
        for least in (1, 2 * BATCH + 1):
            await worker.start()

            async def is_under_way(least: int = least) -> bool:
                return (await state())["done_rows"] >= least

            await until(is_under_way, PATIENCE_SECONDS)
            worker.kill()
            kills += (await state())["state"] == "running"
            # What a killed process had under way ends with its connection.
            await asyncio.sleep(0.2)
            now, rows = await counted(desk), (await state())["done_rows"]
            assert rows % BATCH == 0
            assert now == {what: count + rows for what, count in before.items()}
        assert kills, "every kill came after the end"
        await worker.start()

        async def is_done() -> bool:
            return (await state())["state"] == "done"

        await until(is_done, PATIENCE_SECONDS)
    finally:
        worker.kill()
    assert (await state())["counts"] == {"added": ROWS}
    assert await counted(desk) == {what: count + ROWS for what, count in before.items()}
    undone = await agent.post(f"/changes/{started.headers['x-change-id']}/undo", params={"scope": "chain"})
    assert undone.status_code == 200, undone.text
    assert await counted(desk) == before
