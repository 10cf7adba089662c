"""Beginning and doing bulk runs in tests, with the worker's part in this process."""

from __future__ import annotations

from typing import Any

from atum_desk.bulk.feature import RunBulk
from atum_desk.bulk.jobs import run_bulk
from desk import Client, Desk


async def begun(client: Client, actions: dict[str, Any], **selection: Any) -> dict[str, Any]:
    """Begin a run and return it."""
    run: dict[str, Any] = await client.posted("/bulk", {"actions": actions, **selection}, 202)
    return run


async def done(desk: Desk, client: Client, run: dict[str, Any]) -> dict[str, Any]:
    """Do a run that was begun, and return its report."""
    await run_bulk(desk.job, RunBulk(run_id=run["id"]))
    report: dict[str, Any] = await client.got(f"/bulk/{run['id']}")
    return report


async def undone(desk: Desk, client: Client, run: dict[str, Any]) -> dict[str, Any]:
    """Undo a run, and return the report of that."""
    return await done(desk, client, await client.posted(f"/bulk/{run['id']}/undo", status=202))


def counts(report: dict[str, Any]) -> tuple[str, int, int, int]:
    """Return what became of a run."""
    return report["state"], report["changed"], report["unchanged"], report["refused"]
