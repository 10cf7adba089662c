"""Whether a worker lives, as the workers themselves say every few seconds."""

from __future__ import annotations

import asyncpg
import msgspec

from atum_desk.kernel.jobs.schedules import Trouble

# A worker beats every 3 s; after this long without a beat it is gone or stuck.
SILENT_AFTER_SECONDS = 15.0


class WorkerHealth(msgspec.Struct, frozen=True):
    """When any worker was last seen (None: none runs) and what workers cannot get past."""

    seconds_since_seen: float | None
    troubles: list[Trouble]

    @property
    def is_alive(self) -> bool:
        """Tell whether at least one worker runs."""
        seconds = self.seconds_since_seen
        return seconds is not None and seconds < SILENT_AFTER_SECONDS


async def get_worker_health(connection: asyncpg.Connection) -> WorkerHealth:
    """Ask after the workers; any of our roles may, without having entered."""
    row = await connection.fetchrow("select * from atum.worker_health()")
    assert row
    return WorkerHealth(row["seconds_since_seen"], msgspec.convert(row["trouble"], type=list[Trouble]))
