"""A desk with the bench's data, its owner's view of it, and three people who see all, some and none of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, ReadTransaction
from factories import Given
from loaded_databases import loaded_database
from scratch_databases import SECRET, make_settings


class LoadedDesk(msgspec.Struct):
    """`owner` is a superuser's connection: no policy hides anything from it."""

    database: Database
    owner: asyncpg.Connection
    people: dict[str, Actor]
    teams: dict[str, list[int]]


@asynccontextmanager
async def loaded_desk(cluster: str, template: str, folder: Path, tickets: int) -> AsyncIterator[LoadedDesk]:
    """Load so many tickets into a database of its own."""
    async with loaded_database(cluster, template, tickets) as url:
        database = Database(make_settings(folder / "data"), url, SECRET)
        await database.open("atum_desk_staff", "atum_desk_worker", size=2)
        owner = await asyncpg.connect(url, server_settings={"search_path": "atum, public"})
        try:
            given = await Given.of_first_workspace(database)
            teams = [row["id"] for row in await owner.fetch("select id from teams order by id")]
            seen = {"everything": teams, "two teams": teams[1:3], "nothing": []}
            people = {
                name: (await given.staff(sees_all_teams=name == "everything", teams=tuple(own))).actor
                for name, own in seen.items()
            }
            yield LoadedDesk(database, owner, people, seen)
        finally:
            await owner.close()
            await database.close()


class MeasuredView(ReadTransaction):
    """A view that sums up what its statements read, in pages of PostgreSQL's buffers."""

    def __init__(self, transaction: ReadTransaction) -> None:
        super().__init__(transaction.connection, transaction.actor)
        self.statements = 0
        self.buffers = 0
        self.whole: set[str] = set()
        self.fetch = self._fetch  # type: ignore[assignment]

    async def _fetch(self, statement: str, *values: Any) -> list[asyncpg.Record]:
        [plan] = await self.connection.fetchval(
            f"explain (analyze, buffers, timing off, format json) {statement}", *values
        )
        top = plan["Plan"]
        self.statements += 1
        self.buffers += top["Shared Hit Blocks"] + top["Shared Read Blocks"]
        self.whole |= {node["Relation Name"] for node in _nodes(top) if node["Node Type"] == "Seq Scan"}
        return await self.connection.fetch(statement, *values)


def _nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for below in plan.get("Plans", []) for node in _nodes(below))]
