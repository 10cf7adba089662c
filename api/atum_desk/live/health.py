"""What the live service depends on, and how each of it does."""

from __future__ import annotations

import time
from typing import Literal

import msgspec

from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import Unavailable
from atum_desk.live.hub import Hub
from atum_desk.live.presence_bus import PresenceBus

# The tail looks once a second; a few missed looks are a restart, more are trouble.
LATE_AFTER_SECONDS = 5.0

State = Literal["ok", "degraded", "down", "off"]


class LiveDependency(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing the service needs; `ms` is how long it took to answer, `position` a place in the ledger."""

    state: State
    ms: float | None = None
    seconds_since_read: float | None = None
    position: str | None = None
    connections: int | None = None


class LiveHealth(msgspec.Struct, frozen=True):
    """The answer of `/health/ready`."""

    status: Literal["ok", "degraded", "down"]
    dependencies: dict[str, LiveDependency]


async def check_health(database: Database, hub: Hub, bus: PresenceBus) -> LiveHealth:
    """Ask everything the service depends on; without Redis presence alone suffers."""
    dependencies = {
        "database": await _check_database(database),
        "ledger": _check_ledger(hub),
        "redis": LiveDependency(bus.state),
    }
    if any(dependencies[name].state == "down" for name in ("database", "ledger")):
        return LiveHealth("down", dependencies)
    healthy = all(one.state in ("ok", "off") for one in dependencies.values())
    return LiveHealth("ok" if healthy else "degraded", dependencies)


async def _check_database(database: Database) -> LiveDependency:
    began_at = time.perf_counter()
    try:
        async with database.connection("atum_desk_worker") as connection:
            await connection.fetchval("select 1", timeout=3)
    except Unavailable:
        return LiveDependency("down")
    return LiveDependency("ok", ms=round((time.perf_counter() - began_at) * 1000, 2))


def _check_ledger(hub: Hub) -> LiveDependency:
    seconds = hub.tail.seconds_since_read
    if seconds is None or not hub.started.is_set():
        return LiveDependency("down")
    state: State = "ok" if seconds < LATE_AFTER_SECONDS else "degraded"
    return LiveDependency(
        state, seconds_since_read=round(seconds, 3), position=str(hub.position), connections=hub.client_count
    )
