"""Carries imports out in batches: each is one change that answers the start, and counts itself as it commits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import asyncpg
import msgspec

from atum_desk.contact_imports import queries
from atum_desk.contact_imports.entities import ENTITIES, Entity
from atum_desk.contact_imports.feature import RUN_IMPORT, RunImport
from atum_desk.kernel.context import RequestContext, request_context
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.kernel.jobs.handlers import JobContext

# With the most rows of a file, 80 batches and the start: what one undo of a chain takes back at most is 100 changes.
ROWS_AT_ONCE = 250


async def run_import(job: JobContext, asked: RunImport) -> None:
    """Carry out the rows that are left. A batch that was cut off left nothing, and is done again."""
    async with job.reading() as transaction:
        started = await queries.get_import(transaction, asked.import_id)
    if started.state != "running":
        return
    actor = msgspec.structs.replace(job.actor, person_id=started.created_by.id)
    context = request_context.get() or RequestContext(request_id=f"import-{asked.import_id}")
    context.cause_id = started.change_id
    request_context.set(context)
    has_more = True
    while has_more:
        async with job.database.writing(actor, f"{started.entity}_import.batch") as work:
            has_more = await _run_batch(work, asked.import_id)


async def _run_batch(work: UnitOfWork, import_id: int) -> bool:
    """Carry out the next rows; tell whether more are left."""
    found = await queries.lock_import(work, import_id)
    if found["state"] != "running":
        work.unchanged = True
        return False
    rows = await queries.list_rows(work, import_id, found["done_rows"], ROWS_AT_ONCE)
    outcomes: list[dict[str, Any]] = []
    entity = ENTITIES[found["entity"]]
    for group in _without_repeats(rows, found["mapping"], entity):
        for planned in await entity.plan(work, group, found["mapping"], found["if_alike"]):
            record_id = await entity.carry_out(work, planned, found["created_by"])
            outcomes.append(
                {
                    "number": planned.said.number,
                    "outcome": planned.outcome,
                    entity.row_column: record_id,
                    "notices": [notice.text for notice in planned.said.wrong],
                }
            )
    await queries.write_outcomes(work, import_id, outcomes)
    done = found["done_rows"] + len(rows)
    await queries.mark_done(work, import_id, done)
    work.summary = {"import_id": import_id, "rows": len(rows)}
    return done < found["row_count"]


def _without_repeats(rows: list[asyncpg.Record], mapping: list[str], entity: Entity) -> Iterator[list[asyncpg.Record]]:
    """Yield rows in groups in which nothing names the same record twice: the second finds what the first wrote."""
    group: list[asyncpg.Record] = []
    seen: set[str] = set()
    for row in rows:
        keys = entity.keys_of(row["number"], row["cells"], mapping)
        if not seen.isdisjoint(keys):
            yield group
            group, seen = [], set()
        group.append(row)
        seen |= keys
    if group:
        yield group


job_handlers = (RUN_IMPORT.handled_by(run_import),)
