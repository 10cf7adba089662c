"""Health of the API: alive, and ready with every dependency's state."""

from __future__ import annotations

import time
from typing import Literal

import msgspec
from litestar import Response, get

from atum_desk.kernel.db import Database
from atum_desk.kernel.migrate import current_revision, head_revision
from atum_desk.kernel.problems import Unavailable

State = Literal["ok", "degraded", "down"]


class Dependency(msgspec.Struct):
    """One thing the service needs; `ms` is how long it took to answer."""

    state: State
    ms: float | None = None
    detail: str | None = None


class Health(msgspec.Struct):
    """The worst state of all dependencies, and each of them."""

    status: State
    dependencies: dict[str, Dependency] = {}


@get("/health/live")
async def live() -> Health:
    """Tell that the process answers."""
    return Health("ok")


@get("/health/ready")
async def ready(database: Database) -> Response[Health]:
    """Tell whether requests can be served; 503 when not."""
    dependencies = {"database": await _database(database)}
    down = any(d.state == "down" for d in dependencies.values())
    health = Health("down" if down else "ok", dependencies)
    return Response(health, status_code=503 if down else 200)


async def _database(database: Database) -> Dependency:
    started = time.perf_counter()
    try:
        async with database.connection("atum_desk_staff") as connection:
            revision = await current_revision(connection)
    except Unavailable as problem:
        return Dependency("down", detail=problem.detail)
    ms = round((time.perf_counter() - started) * 1000, 2)
    if revision != head_revision():
        return Dependency("down", ms, f"schema is at {revision}, this release needs {head_revision()}")
    return Dependency("ok", ms)


routes = [live, ready]
