"""What the Operations page does: tell how the installation does, ask the machine, try jobs again."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Mapping
from functools import cache

import msgspec

from atum_desk.kernel import clock
from atum_desk.kernel.config.settings import REPOSITORY, Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.jobs.dead_jobs import list_dead_jobs, requeue_job
from atum_desk.kernel.ledger.parked_changes import count_own_parked, list_parked, settle_parked
from atum_desk.kernel.problems import require_text
from atum_desk.operations import evidence, queries, requests
from atum_desk.operations.models import (
    Backup,
    FailedJob,
    JobQueue,
    OperationRequest,
    Operations,
    OutboxQueue,
    ParkedChanges,
    Service,
    Verb,
    Verdict,
)
from atum_desk.operations.permissions import OPERATIONS_MANAGE, OPERATIONS_READ
from atum_desk.operations.services import list_services

MOST_FAILED_JOBS = 20
MOST_PARKED = 20
LONGEST_ERROR = 500


async def tell(database: Database, settings: Settings, actor: Actor, asked: Mapping[str, Service]) -> Operations:
    """Return everything on the page; what cannot be told is a note, not an error.

    `asked` is what the API's own health check found, by its names.
    """
    outbox, parked = await _count_waiting(database, actor)
    jobs = await count_jobs(database)
    services = await list_services(settings, asked)
    told = await asyncio.to_thread(_compose, settings, outbox, jobs, services)
    return msgspec.structs.replace(told, parked_changes=parked)


async def ask_for(database: Database, settings: Settings, actor: Actor, verb: Verb) -> OperationRequest:
    """Ask the machine for a verb. Raises RequestWaits or RequestsNotWritable."""
    async with database.writing(actor, f"operations.{verb}") as work:
        work.actor.require(OPERATIONS_MANAGE)
        asked = await asyncio.to_thread(requests.write_request, settings.data, verb, actor.name, clock.now())
        work.summary = {"request": str(asked.id)}
    return asked


async def get_request(database: Database, settings: Settings, actor: Actor, request_id: str) -> OperationRequest:
    """Return what became of a request. Raises RequestNotFound."""
    async with database.reading(actor) as transaction:
        transaction.actor.require_any(OPERATIONS_READ, OPERATIONS_MANAGE)
    return await asyncio.to_thread(requests.get_request, settings.data, request_id, clock.now())


async def retry_job(database: Database, actor: Actor, job_id: int) -> None:
    """Let a job that failed for good start anew. Raises DeadJobNotFound."""
    async with database.writing(actor, "operations.retry_job") as work:
        work.actor.require(OPERATIONS_MANAGE)
        async with database.connection("atum_desk_worker") as connection:
            await requeue_job(connection, job_id)
        work.summary = {"job_id": job_id}


async def replay_change(database: Database, actor: Actor, parked_id: int) -> None:
    """Put a parked change back into its lane, before what waits there. Raises ParkedChangeNotFound."""
    async with database.writing(actor, "operations.replay_change") as work:
        work.actor.require(OPERATIONS_MANAGE)
        settled = await settle_parked(work, parked_id, replay=True)
        work.summary = msgspec.structs.asdict(settled)


async def discard_change(database: Database, actor: Actor, parked_id: int, reason: str) -> None:
    """Forget a parked change, for a reason that the ledger keeps. Raises ParkedChangeNotFound."""
    async with database.writing(actor, "operations.discard_change") as work:
        work.actor.require(OPERATIONS_MANAGE)
        line = require_text("reason", reason)
        settled = await settle_parked(work, parked_id, replay=False)
        work.summary = {**msgspec.structs.asdict(settled), "reason": line}


async def count_jobs(database: Database) -> JobQueue:
    """Return how full the queue is and the jobs that failed for good, the newest first."""
    async with database.connection("atum_desk_worker") as connection:
        counted = await queries.count_jobs(connection)
        dead = await list_dead_jobs(connection, limit=MOST_FAILED_JOBS) if counted.failed else []
    failed = [
        FailedJob(
            id=job.id,
            name=job.name,
            attempts=job.attempts,
            failed_at=job.failed_at,
            error=job.error and job.error[:LONGEST_ERROR],
        )
        for job in dead
    ]
    return msgspec.structs.replace(counted, failed_jobs=failed)


@cache
def running_version() -> str:
    """Return the version of the code that runs: a release says it, else the project file."""
    release = REPOSITORY / "release.json"
    if release.exists():
        return str(msgspec.json.decode(release.read_bytes())["version"])
    project = tomllib.loads((REPOSITORY / "api" / "pyproject.toml").read_text())
    return str(project["project"]["version"])


async def _count_waiting(database: Database, actor: Actor) -> tuple[OutboxQueue, ParkedChanges]:
    async with database.reading(actor) as transaction:
        transaction.actor.require_any(OPERATIONS_READ, OPERATIONS_MANAGE)
        outbox = await queries.count_outbox(transaction)
        newest = await list_parked(transaction, MOST_PARKED)
        count = len(newest) if len(newest) < MOST_PARKED else await count_own_parked(transaction)
        return outbox, ParkedChanges(count, newest)


def _compose(settings: Settings, outbox: OutboxQueue, jobs: JobQueue, services: list[Service]) -> Operations:
    now = clock.now()
    watch = evidence.read_watch(settings.data, now)
    backups, notes = evidence.read_backups(settings.data)
    ours = {service.name for service in services}
    return Operations(
        verdict=_verdict(watch, services),
        measured_at=watch.measured_at,
        findings=watch.findings,
        services=[*services, *(one for one in watch.services if one.name not in ours)],
        backups=backups,
        recovery_seconds=watch.recovery_seconds or _last_recovery(backups),
        releases=watch.releases,
        version=running_version(),
        outbox=outbox,
        jobs=jobs,
        parked_changes=ParkedChanges(),
        requests=requests.list_requests(settings.data, now),
        notes=[*watch.notes, *notes],
    )


def _verdict(watch: evidence.Watch, services: list[Service]) -> Verdict:
    """Return the watch's verdict, made no better than what was seen just now."""
    troubled = any(service.state in ("degraded", "down") for service in services)
    return "degraded" if troubled and watch.verdict in ("healthy", "unknown") else watch.verdict


def _last_recovery(backups: list[Backup]) -> float | None:
    proofs = (backup.proof for backup in backups)
    return next((one.recovery_seconds for one in proofs if one and one.state == "proven"), None)
