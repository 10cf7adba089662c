"""Beginning and doing bulk runs in tests, with the worker's part in this process."""

from __future__ import annotations

from typing import Any

from atum_desk.bulk.feature import RunBulk
from atum_desk.bulk.jobs import prune, run_bulk
from atum_desk.kernel.jobs.handlers import WorkerContext
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


async def tour_of_bulk(desk: Desk, lead: Client, number: int) -> None:
    """Ask everything of bulk runs: their previews, reports and undo, tickets for many, and tags that many have."""
    actions = {"add_tags": ["x"], "message": {"kind": "reply", "text": "{{ ticket.number }}"}}
    for selection in ({"numbers": [number, 999_999]}, {"search": {"view": "all"}}):
        await lead.posted("/bulk/preview", {"actions": actions, **selection}, 200)
        report = await done(desk, lead, await begun(lead, actions, **selection))
        await lead.got(f"/bulk/{report['id']}/tickets")
        await undone(desk, lead, report)
    outbound = {"people": ["a@many.example", "a@many.example"], "subject": "To many", "text": "{{ ticket.number }}"}
    await lead.posted("/bulk/outbound/preview", outbound, 200)
    await undone(desk, lead, await done(desk, lead, await lead.posted("/bulk/outbound", outbound, 202)))
    await lead.got("/bulk")
    await lead.posted(f"/bulk/{(await begun(lead, actions, numbers=[number]))['id']}/cancel", status=200)
    await lead.posted("/tags", {"name": "tour"})
    await lead.patched("/tags/tour", {"description": "Twice"})
    there = await lead.patched("/tags/tour", {"name": "journey"})
    await undone(desk, lead, await done(desk, lead, there["run"]))
    await lead.patched("/tags/tour", {"name": "journey"})
    await lead.patched("/tags/journey", {"name": "tour"})
    await lead.posted("/tags", {"name": "other"})
    await lead.posted("/tags/other/merge", {"into": "tour"}, 200)
    await lead.got("/tags/managed")
    await prune(WorkerContext(database=desk.database, settings=desk.settings, files=None), b"")
