"""Going through all workspaces, as schedules and the command line do: one after the other, each entered alone."""

from __future__ import annotations

from collections.abc import AsyncIterator

from atum_desk.kernel.context import SystemActor, Via
from atum_desk.kernel.database.units_of_work import Database


async def list_workspaces(database: Database) -> list[int]:
    """Return the ids of all workspaces, the oldest first. The worker's role must be open."""
    async with database.connection("atum_desk_worker") as connection:
        rows = await connection.fetch("select workspace_id from all_workspaces()")
    return [row["workspace_id"] for row in rows]


async def for_each_workspace(database: Database, via: Via) -> AsyncIterator[SystemActor]:
    """Yield who acts as the system in each workspace, the oldest first."""
    for workspace_id in await list_workspaces(database):
        yield SystemActor(workspace_id=workspace_id, via=via)
