"""The job that does a bulk run: it collects the tickets, then changes them batch by batch."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import msgspec

from atum_desk.bulk import problems, queries
from atum_desk.bulk.batches import Batch, do_batch, step_of
from atum_desk.bulk.feature import RUN_BULK, RunBulk
from atum_desk.bulk.models import FINISHED, StoredRun, TagWork
from atum_desk.bulk.schemas import MOST_TICKETS, BulkRequest
from atum_desk.bulk.selection import PAGE, walk_numbers, wanted_of
from atum_desk.history.public import take_back_each
from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.database.workspaces import for_each_workspace
from atum_desk.kernel.jobs.acting_person import acting_person
from atum_desk.kernel.jobs.handlers import HandledJob, JobContext, WorkerContext
from atum_desk.kernel.jobs.schedules import Schedule
from atum_desk.kernel.problems import NotSignedIn, Problem

# Mail of a run waits for its end and then so long for somebody to undo it.
UNDO_SECONDS = 60.0
SECONDS_A_TICKET = 0.02
# Tickets that others hold are tried again for so long.
PATIENCE_SECONDS = 20.0
REST_SECONDS = 0.05
KEEP_DAYS = 90
PRUNE_RUNS = 50
PRUNE_EVERY_SECONDS = 3600.0
# The batch met another transaction; nothing of it was written.
MET_ANOTHER = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


async def run_bulk(job: JobContext, asked: RunBulk) -> None:
    """Do a run, or what is left of it."""
    async with job.reading() as transaction:
        run = await queries.find_run(transaction, asked.run_id)
    if run is None or run.state in FINISHED:
        return
    try:
        async with _actor_of(job, run) as actor:
            await _RunInHand(job, actor, run).do()
    except Problem as problem:
        told = problems.AccessEnded() if isinstance(problem, NotSignedIn) else problem
        await _finish(job, run, "failed", told)


@asynccontextmanager
async def _actor_of(job: JobContext, run: StoredRun) -> AsyncIterator[Actor | SystemActor]:
    """Who does it: whoever asked, with their powers and sight; for a tag, the workspace on their behalf."""
    if run.whole_workspace:
        yield msgspec.structs.replace(job.actor, person_id=run.asked_by)
        return
    name = f"bulk run {run.id}"
    async with acting_person(job, run.asked_by, name=name, token_id=run.token_id, scopes=run.scopes) as actor:
        yield actor


class _RunInHand:
    """One attempt at a run."""

    def __init__(self, job: JobContext, actor: Actor | SystemActor, run: StoredRun) -> None:
        self._job = job
        self._database = job.database
        self._actor = actor
        self._run = run

    async def do(self) -> None:
        """Collect, change, and say that it is done."""
        state = "done"
        while state == "done":
            if not await self._collect() or not await self._change():
                state = "cancelled"
            # A tag may have been written to more tickets before everybody heard of its new name.
            elif self._run.kind != "tag" or not await self._find_more():
                break
        if state == "done" and self._run.kind == "undo" and self._run.change_id is not None:
            await self._take_back_beginning(self._run.change_id)
        await _finish(self._job, self._run, state)

    async def _collect(self) -> bool:
        """Find the tickets, going on where an attempt before stopped; tell whether the run goes on."""
        if self._run.state not in ("waiting", "collecting"):
            return True
        if self._run.kind == "edit" and self._run.request.get("search"):
            await self._say("collecting")
            if not await self._collect_search():
                return False
        elif self._run.kind == "tag":
            await self._find_more()
        await self._say("running")
        return not await self._is_cancelled()

    async def _collect_search(self) -> bool:
        request = msgspec.convert({**self._run.request, "actions": {}}, BulkRequest, strict=False)
        assert request.search
        assert isinstance(self._actor, Actor)
        place, total = self._run.place, self._run.total
        while True:
            async with self._database.reading(self._actor) as transaction:
                wanted = await wanted_of(transaction, self._actor, request.search)
                numbers, place = await walk_numbers(transaction, wanted, place)
            async with self._marking() as transaction:
                total += await queries.add_numbers(transaction, self._run.id, numbers)
                await queries.keep_place(transaction, self._run.id, place)
            if total > MOST_TICKETS:
                raise problems.TooManyTickets(most=MOST_TICKETS)
            if place is None:
                return True
            if await self._is_cancelled():
                return False

    async def _find_more(self) -> bool:
        """Add the tickets that have a tag to its run; tell whether there were any."""
        tag, after, found = msgspec.convert(self._run.request, TagWork), 0, 0
        while True:
            async with self._marking() as transaction:
                numbers = await queries.list_tagged(transaction, tag.remove, after, PAGE)
                found += await queries.add_numbers(transaction, self._run.id, numbers)
            if len(numbers) < PAGE:
                return found > 0
            after = numbers[-1]

    async def _change(self) -> bool:
        """Do batch after batch until nothing waits; tell whether it was not cancelled before that."""
        await self._hold_mail()
        after, idle_since, handled = 0, None, 0
        while True:
            patient = idle_since is None or time.monotonic() - idle_since < PATIENCE_SECONDS
            step = step_of(self._run, self._job.settings, self._actor, patient=patient)
            try:
                batch = await do_batch(self._database, self._actor, self._run, after, step)
            except MET_ANOTHER:
                batch = Batch(0, None, False)
            if batch.cancel_asked or (batch.handled == 0 and await self._is_cancelled()):
                return False
            handled += batch.handled
            after = batch.after or 0
            if batch.after is not None:
                continue
            if handled == 0:
                if not await self._has_waiting():
                    return True
                idle_since = idle_since or time.monotonic()
                await asyncio.sleep(REST_SECONDS)
            else:
                idle_since, handled = None, 0

    async def _take_back_beginning(self, change_id: int) -> None:
        """Take back the change that began the other run; it is this run's from then on, for redo."""
        async with self._database.writing(self._actor, "change.undo") as work:
            work.may_be_empty = True
            result = (await take_back_each(work, [change_id]))[change_id]
            if isinstance(result, Problem):
                raise result
            await queries.set_beginning(work, self._run.id, result)
        self._run = msgspec.structs.replace(self._run, change_id=None)

    async def _hold_mail(self) -> None:
        if self._run.kind not in ("edit", "outbound"):
            return
        async with self._marking() as transaction:
            run = await queries.find_run(transaction, self._run.id)
            assert run
            if _sends_mail(self._run):
                await queries.hold_mail(transaction, run.id, UNDO_SECONDS + run.total * SECONDS_A_TICKET)
                run = await queries.find_run(transaction, run.id) or run
        self._run = run

    async def _has_waiting(self) -> bool:
        async with self._database.reading(self._job.actor) as transaction:
            return await queries.has_waiting(transaction, self._run.id)

    async def _is_cancelled(self) -> bool:
        async with self._database.reading(self._job.actor) as transaction:
            run = await queries.find_run(transaction, self._run.id)
        return run is None or run.cancel_asked

    async def _say(self, state: Any) -> None:
        async with self._marking() as transaction:
            await queries.set_state(transaction, self._run.id, state)

    def _marking(self) -> Any:
        """Open a transaction for the run's own rows, which are no change."""
        return self._database.marking(self._job.actor)


def _sends_mail(run: StoredRun) -> bool:
    message = run.request.get("actions", {}).get("message") or {}
    return run.kind == "outbound" or message.get("kind") == "reply"


async def _finish(job: JobContext, run: StoredRun, state: Any, problem: Problem | None = None) -> None:
    """End a run, as a change that tells browsers."""
    actor = msgspec.structs.replace(job.actor, person_id=run.asked_by)
    async with job.database.writing(actor, "bulk.finish") as work:
        await queries.set_state(work, run.id, state, problem=problem.body() if problem else None)
        ended = await queries.find_run(work, run.id)
        counts = {name: getattr(ended, name) for name in ("changed", "unchanged", "refused")} if ended else {}
        work.summary = {"run_id": run.id, "state": state, **counts}


async def prune(worker: WorkerContext, _payload: bytes) -> None:
    """Forget the tickets of runs that ended KEEP_DAYS ago."""
    async for actor in for_each_workspace(worker.database, "job"):
        async with worker.database.marking(actor) as transaction:
            await queries.prune_items(transaction, KEEP_DAYS, PRUNE_RUNS)


job_handlers: list[HandledJob] = [RUN_BULK.handled_by(run_bulk)]
schedules: dict[str, Schedule] = {"bulk.prune": (PRUNE_EVERY_SECONDS, prune)}
