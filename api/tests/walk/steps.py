"""What CONTRIBUTING's walk promises, run in a copy of the tree: `python steps.py CLUSTER_URL TEMPLATE DATA --generate`.

It prints what is missing, a line for each, or nothing. The first thing that a developer would meet ends
it: the rules of `./atum check`, then the start, then tests/tickets/test_fields.py, then the walk itself.
"""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

API = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(API), str(API / "tests")]

DUE_AT = datetime(2026, 12, 24, 9, tzinfo=UTC)


def broken_rules() -> list[str]:
    """Return what the rules of `./atum check` that concern a property say."""
    from atum_desk.launch.project_rules import revision_offences

    return list(revision_offences(API / "migrations" / "versions"))


@asynccontextmanager
async def migrated_desk(cluster_url: str, template: str, data: Path) -> AsyncIterator[Any]:
    """Yield an installation on a copy of the template, brought to the schema and the reads of this tree."""
    from atum_desk.kernel.database.migrate import migrate
    from atum_desk.kernel.database.roles import LOGIN_ROLES
    from atum_desk.kernel.database.stored_reads import store_reads
    from atum_desk.kernel.database.units_of_work import Database, connect_owner
    from atum_desk.tickets.queries.stored import stored_reads
    from desk import Desk
    from factories import Given
    from made_up_commands import declare_made_up_commands
    from scratch_databases import SECRET, copied_database, make_settings

    declare_made_up_commands()

    settings = make_settings(data)
    async with copied_database(cluster_url, template) as url:
        await migrate(url, SECRET)
        owner = await connect_owner(url)
        await store_reads(owner, stored_reads())
        await owner.close()
        database = Database(settings, url, SECRET)
        await database.open(*LOGIN_ROLES, size=4)
        try:
            yield Desk(database, settings, await Given.of_first_workspace(database))
        finally:
            await database.close()


async def incomplete(desk: Any) -> list[str]:
    """Return what tests/tickets/test_fields.py finds."""
    test_fields = import_module("tickets.test_fields")
    rows = await test_fields.read_columns(desk)
    found = []
    for name, function in inspect.getmembers(test_fields, inspect.isfunction):
        if not name.startswith("test_"):
            continue
        given = {"shared_desk": desk, "table": rows}
        wanted = {one: given[one] for one in inspect.signature(function).parameters}
        try:
            result = function(**wanted)
            if inspect.isawaitable(result):
                await result
        except AssertionError as error:
            found.append(f"{name}: {error}")
    return found


async def walk(desk: Any) -> None:
    """Set the property, see it everywhere, take it back, and be refused without the permission."""
    from atum_desk.kernel.ledger.tail import find_end, read_changes
    from atum_desk.live.frames import frames_for, tell
    from atum_desk.live.read_changes import Reader
    from atum_desk.tickets.list_row import list_facts
    from waiting import until

    admin, ticket = await desk.given.staff(role="Administrator"), await desk.given.ticket()
    client, path = desk.client(admin), f"/tickets/{ticket.number}"
    async with desk.database.connection("atum_desk_worker") as connection:
        before = await find_end(connection)
    version = (await client.got(path))["version"]
    told = await client.patched(path, {"due_at": "2026-12-24T10:00:00+01:00"})
    assert datetime.fromisoformat(told["due_at"]) == DUE_AT, told
    assert told["version"] == version + 1, "the version"

    single = await client.got(path)
    assert datetime.fromisoformat(single["due_at"]) == DUE_AT, single
    rows = (await client.got("/tickets", view="all_open"))["items"]
    [row] = [one for one in rows if one["number"] == ticket.number]
    assert datetime.fromisoformat(row["due_at"]) == DUE_AT, row
    found = (await client.got("/tickets", view="all_open", q="help"))["items"]
    assert row["due_at"] in [one["due_at"] for one in found], found
    [change] = [item for item in single["thread"] if item["type"] == "change"]
    assert [one["field"] for one in change["changes"]] == ["due_at"], change
    assert change["changes"][0]["old"] is None, change
    assert datetime.fromisoformat(change["changes"][0]["new"]) == DUE_AT, change

    changes: list[Any] = []

    async def are_read() -> bool:
        async with desk.database.connection("atum_desk_worker") as connection:
            changes[:] = await read_changes(connection, before)
        return bool(changes)

    await until(are_read, 30)
    reader = Reader(desk.database, list_facts)
    powers = await reader.read_powers(desk.given.workspace_id, [admin.actor.session_id])
    teams = set(powers[admin.actor.session_id].team_ids)
    gathering = await reader.gather(changes, teams, [admin.actor.session_id])
    frames = frames_for(powers[admin.actor.session_id], tell(gathering.events, gathering.rows))
    assert any(b'"fields":["due_at"]' in frame for frame in frames), frames
    assert any(f'"due_at":"{row["due_at"]}"'.encode() in frame for frame in frames), frames

    agent = await desk.given.staff()
    refused = await desk.bearer(await desk.token(agent.id, "ticket:read", "ticket:tag")).patch(
        path, json={"due_at": None}
    )
    assert (refused.status_code, "ticket:edit" in refused.text) == (403, True), refused.text
    unzoned = await client.patch(path, json={"due_at": "2026-12-24T10:00:00"})
    assert unzoned.status_code in (400, 422), unzoned.text
    undone = await client.post(f"/changes/{change['id']}/undo")
    assert undone.status_code < 300, undone.text
    assert (await client.got(path))["due_at"] is None, "undone"


async def main(cluster_url: str, template: str, data: Path, *, generate: bool) -> list[str]:
    """Return what is missing, in the order in which it is met; `generate` writes the OpenAPI first."""
    if broken := broken_rules():
        return broken
    try:
        from atum_desk.entry.openapi import document
    except (TypeError, ImportError) as error:
        return [f"start: {error}"]
    if generate:
        (API / "openapi.json").write_text(document(), encoding="utf-8")
    async with migrated_desk(cluster_url, template, data) as desk:
        if found := await incomplete(desk):
            return found
        await walk(desk)
    return []


if __name__ == "__main__":
    for line in asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), generate=sys.argv[4] == "--generate")):
        print(" ".join(line.split()))
