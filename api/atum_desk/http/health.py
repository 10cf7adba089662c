"""Health of the API: alive, and ready with every dependency's state."""

from __future__ import annotations

import asyncio
import os
import time
from typing import Literal

import msgspec
from litestar import Response, get

from atum_desk.http.access import PUBLIC
from atum_desk.http.rate_limits import RateLimits
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.migrate import current_revision, head_revision
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.jobs.worker_health import WorkerHealth, get_worker_health
from atum_desk.kernel.problems import Unavailable

State = Literal["ok", "degraded", "down", "off"]


class Dependency(msgspec.Struct):
    """One thing the service needs; `ms` is how long it took to answer."""

    state: State
    ms: float | None = None
    detail: str | None = None


class Health(msgspec.Struct):
    """The worst state of all dependencies, and each of them."""

    status: State
    dependencies: dict[str, Dependency] = {}


@get("/health/live", opt=PUBLIC)
async def live() -> Health:
    """Tell that the process answers."""
    return Health("ok")


@get("/health/ready", opt=PUBLIC)
async def ready(database: Database, settings: Settings, limits: RateLimits) -> Response[Health]:
    """Tell whether requests can be served; 503 when not. Degraded: they can, but something waits."""
    dependencies = await check_dependencies(database, settings, limits)
    states = {dependency.state for dependency in dependencies.values()}
    status: State = "down" if "down" in states else "degraded" if "degraded" in states else "ok"
    return Response(Health(status, dependencies), status_code=503 if status == "down" else 200)


async def check_dependencies(database: Database, settings: Settings, limits: RateLimits) -> dict[str, Dependency]:
    """Ask everything the API depends on how it does."""
    return {
        **await _database_and_worker(database),
        "files": await _files(settings),
        "redis": Dependency(await limits.state()),
    }


async def _database_and_worker(database: Database) -> dict[str, Dependency]:
    started = time.perf_counter()
    try:
        async with database.connection("atum_desk_staff") as connection:
            revision = await current_revision(connection)
            ms = round((time.perf_counter() - started) * 1000, 2)
            # A later schema only adds (ADR 0005): the release before it serves on it, which is what
            # makes going back free.
            if (revision or "") < head_revision():
                told = f"schema is at {revision}, this release needs {head_revision()}"
                return {"database": Dependency("down", ms, told)}
            worker = await get_worker_health(connection)
    except Unavailable as problem:
        return {"database": Dependency("down", detail=problem.detail)}
    return {"database": Dependency("ok", ms), "worker": _worker(worker)}


def _worker(worker: WorkerHealth) -> Dependency:
    if not worker.is_alive:
        return Dependency("degraded", detail="no worker runs: mail waits, in and out")
    if worker.troubles:
        stuck = ", ".join(sorted({trouble.what for trouble in worker.troubles}))
        return Dependency("degraded", detail=f"the worker cannot get past: {stuck}")
    return Dependency("ok")


async def _files(settings: Settings) -> Dependency:
    writable = await asyncio.to_thread(os.access, settings.uploads, os.W_OK)
    return Dependency("ok") if writable else Dependency("down", detail="the uploads folder is not writable")


routes = [live, ready]
