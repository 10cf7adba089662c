"""The worker: runs every slice's jobs and schedules, follows the ledger, receives mail.

Start it as `python -m atum_desk.entry.worker`; SIGTERM or SIGINT ends it after the jobs in hand.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterable, Mapping
from typing import TypeVar

import msgspec
import structlog
import uvloop

from atum_desk.entry.features import FEATURES
from atum_desk.fetching.refused_servers import list_refused_servers
from atum_desk.fetching.service import Fetching
from atum_desk.files.public import FileStore
from atum_desk.kernel.config.settings import Settings, load_service_settings
from atum_desk.kernel.database.connections import UNREACHABLE
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.kernel.jobs.runner import JobRunner
from atum_desk.kernel.ledger.consumer_runner import ConsumerRunner
from atum_desk.kernel.logs import prepare_logs
from atum_desk.kernel.processes.passed_sockets import passed_sockets
from atum_desk.kernel.processes.service_manager import ServiceManager
from atum_desk.mail.receiving.listener import PASSED_AS, start_listeners
from atum_desk.outbox.jobs import close_sessions
from atum_desk.sandbox.public import sandbox

GRACE_SECONDS = 7.0
STAFF_CONNECTIONS = 2

Declared = TypeVar("Declared")

log = structlog.get_logger()


async def run(settings: Settings) -> None:
    """Work until a signal ends it."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    database = Database(settings, settings.database_url, settings.secret)
    await database.open("atum_desk_worker")
    # For what people asked for and do not wait for: see kernel/jobs/acting_person.py.
    await database.open("atum_desk_staff", size=STAFF_CONNECTIONS)
    children = sandbox()
    children.warm = 1
    try:
        await children.start()
        store = FileStore(settings.uploads)
        worker = WorkerContext(database=database, settings=settings, files=store)
        await _work(worker, stopping)
    finally:
        await children.close()
        await database.close()
    log.info("stopped")


async def _work(worker: WorkerContext, stopping: asyncio.Event) -> None:
    jobs = [handled for feature in FEATURES for handled in feature.job_handlers()]
    schedules = _collect(feature.schedules() for feature in FEATURES)
    runner = JobRunner(worker, jobs, schedules)
    following = _collect(feature.consumers() for feature in FEATURES)
    consumers = ConsumerRunner(worker.database, following)
    runner.caretaker.list_troubles = lambda: consumers.troubles
    listeners = await start_listeners(worker, passed_sockets(PASSED_AS))
    fetchers = Fetching(worker)
    manager = ServiceManager()
    async with asyncio.TaskGroup() as group:
        group.create_task(consumers.run())
        group.create_task(runner.run())
        group.create_task(fetchers.run())
        looking = group.create_task(_warn_of_refused_servers(worker))
        telling = group.create_task(_tell(manager, runner))
        log.info("started", jobs=len(jobs), schedules=len(schedules))
        await stopping.wait()
        log.info("stopping")
        manager.stopping("finishing the jobs in hand")
        await fetchers.close()
        await listeners.close()
        consumers.stop()
        await runner.stop(GRACE_SECONDS)
        await close_sessions()
        telling.cancel()
        looking.cancel()


async def _tell(manager: ServiceManager, runner: JobRunner) -> None:
    """Say that work is done once the queue was looked at, and that it goes on for as long as it does."""
    await runner.started.wait()
    manager.ready("taking mail and doing jobs")
    await manager.keep_watch(runner.is_alive)


async def _warn_of_refused_servers(worker: WorkerContext) -> None:
    try:
        refused = await list_refused_servers(worker.database, worker.settings)
    except UNREACHABLE as error:
        log.info("servers_not_looked_at", error=type(error).__name__)
        return
    for one in refused:
        log.warning("mailbox_server_refused", **msgspec.structs.asdict(one))


def _collect(parts: Iterable[Mapping[str, Declared]]) -> dict[str, Declared]:
    """Return what the features declare under one name each. Raises ValueError for a name taken twice."""
    collected: dict[str, Declared] = {}
    for part in parts:
        if taken := collected.keys() & part.keys():
            raise ValueError(f"declared by two features: {', '.join(sorted(taken))}")
        collected.update(part)
    return collected


def main() -> None:
    """Read the settings and run."""
    settings = load_service_settings()
    prepare_logs(settings, "worker")
    uvloop.run(run(settings))


if __name__ == "__main__":
    main()
