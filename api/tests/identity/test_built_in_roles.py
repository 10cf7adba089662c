"""Built-in roles of desks that stand get what a release adds, once, and keep what was made of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from atum_desk.entry.prepare import prepare_database
from atum_desk.identity.public import renew_built_in_roles
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.migrate import migrate
from atum_desk.kernel.feature import AGENTS, BUILT_IN_ROLES, Permission, declared
from desk import Desk
from scratch_databases import SECRET, copied_database, make_settings

FIRST_RELEASE = Path(__file__).with_name("first_release.sql")
# The schema that the first release migrated to; what this one names differently came later.
FIRST_REVISION = "0005"
NEW = "ticket:foresee"


@pytest.fixture
async def first_desk(cluster: str, tmp_path: Path) -> AsyncIterator[tuple[str, Settings]]:
    """A desk as the first release left it, and the settings of this one."""
    async with copied_database(cluster, "template0") as url:
        await migrate(url, SECRET, FIRST_REVISION)
        owner = await asyncpg.connect(url, server_settings={"search_path": "atum"})
        await owner.execute(FIRST_RELEASE.read_text(encoding="utf-8"))
        await owner.close()
        yield url, make_settings(tmp_path / "data")


async def roles_of(url: str) -> dict[str, set[str]]:
    owner = await asyncpg.connect(url, server_settings={"search_path": "atum"})
    rows = await owner.fetch("select name, permissions from roles")
    await owner.close()
    assert all(len(row["permissions"]) == len(set(row["permissions"])) for row in rows)
    return {row["name"]: set(row["permissions"]) for row in rows}


async def renewals_of(url: str) -> list[dict[str, Any]]:
    owner = await asyncpg.connect(url, server_settings={"search_path": "atum"})
    rows = await owner.fetch(
        """select c.summary::text, c.via, (select count(*) from row_changes r
                  where r.change_id = c.id and r.table_name = 'roles') as rows
             from changes c where c.command = 'role.renew' order by c.id"""
    )
    await owner.close()
    return [dict(row) for row in rows]


async def test_an_upgrade_from_the_first_release_gives_what_came_since(first_desk: tuple[str, Settings]) -> None:
    url, settings = first_desk
    before = await roles_of(url)
    assert "mail:quarantine" not in before["Administrator"]

    assert await prepare_database(url, settings) is None

    roles = await roles_of(url)
    for name in ("Administrator", "Auditor", "Team lead"):
        assert roles[name] == set(declared.permissions_of(name)), name
    # An administrator had taken one away and given another; both stay so, and what is new comes.
    expected = set(declared.permissions_of("Agent"))
    assert roles["Agent"] == expected - {"ticket:move"} | {"change:undo_any"}
    # A role of their own gets nothing, and loses what opens nothing any more.
    assert roles["Night shift"] >= {"ticket:note"}
    assert "mail:quarantine" not in roles["Night shift"]
    assert all("ticket:accept" not in held for held in roles.values())
    [renewal] = await renewals_of(url)
    assert renewal["via"] == "cli"
    assert renewal["rows"] == 5
    assert "mail:quarantine" in renewal["summary"]


async def test_the_next_start_changes_nothing(first_desk: tuple[str, Settings]) -> None:
    url, settings = first_desk
    await prepare_database(url, settings)
    renewed = await roles_of(url)
    await prepare_database(url, settings)
    assert await roles_of(url) == renewed
    assert len(await renewals_of(url)) == 1


async def test_a_new_desk_is_seeded_with_what_a_renewal_would_give(desk: Desk) -> None:
    rows = await desk.rows("select name, permissions, offered from roles where built_in")
    assert {row["name"] for row in rows} == set(BUILT_IN_ROLES)
    for row in rows:
        assert set(row["permissions"]) == set(row["offered"]) == set(declared.permissions_of(row["name"]))
    await renew_built_in_roles(desk.database)
    assert await desk.value("select count(*) from changes where command = 'role.renew'") == 0


async def test_what_a_later_release_adds_is_given_once_and_may_be_taken_away(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = await desk.staff()
    monkeypatch.setitem(declared.permissions, NEW, Permission(NEW, AGENTS))
    await renew_built_in_roles(desk.database)
    # Whoever is signed in has it from the next request on.
    assert NEW in (await agent.got("/me"))["permissions"]
    summary = await desk.value("select summary from changes where command = 'role.renew'")
    assert summary["roles"]["Agent"] == {"added": [NEW], "removed": []}
    assert "Auditor" not in summary["roles"]

    async with desk.database.writing(desk.given.system, "role.edit") as work:
        await work.execute("update roles set permissions = array_remove(permissions, $1) where name = 'Agent'", NEW)
    await renew_built_in_roles(desk.database)
    assert NEW not in (await agent.got("/me"))["permissions"]
    assert await desk.value("select count(*) from changes where command = 'role.renew'") == 1


async def test_history_tells_the_renewal_and_no_undo_takes_it_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = await desk.administrator()
    monkeypatch.setitem(declared.permissions, NEW, Permission(NEW, AGENTS))
    await renew_built_in_roles(desk.database)
    [told] = [one for one in (await admin.got("/changes"))["items"] if one["command"] == "role.renew"]
    assert (told["via"], told["can_undo"]) == ("cli", False)
    refused = await admin.post(f"/changes/{told['id']}/undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_undoable")


async def test_whoever_administers_may_give_a_role_that_an_earlier_release_made(
    first_desk: tuple[str, Settings],
) -> None:
    """Nobody gives what they lack: a retired permission left in one role alone would bar it for good."""
    url, settings = first_desk
    await prepare_database(url, settings)
    roles = await roles_of(url)
    for name in ("Agent", "Team lead", "Night shift", "Auditor"):
        assert roles[name] <= roles["Administrator"], name
