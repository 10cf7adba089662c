"""A command that no feature declares: no work opens for it, no undo takes it back, and nobody is told less."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.feature import Command, UndeclaredCommand, declared
from atum_desk.kernel.ledger.tail import LedgerChange
from atum_desk.live.audience import touches_powers
from desk import Desk

UNKNOWN = "ticket.teleport"
NAMED = r"declares the command 'ticket\.teleport'"


@pytest.fixture
def later_release() -> Iterator[Command]:
    """A command of a release that is taken back before the test ends."""
    command = Command(name=UNKNOWN, permission="ticket:edit", undo="inverse")
    declared.commands[UNKNOWN] = command
    yield command
    declared.commands.pop(UNKNOWN, None)


async def test_no_unit_of_work_opens_for_it(shared_desk: Desk) -> None:
    before = await shared_desk.value("select max(id) from changes")
    opening = shared_desk.database.writing(shared_desk.given.system, UNKNOWN)
    with pytest.raises(UndeclaredCommand, match=NAMED):
        await opening.__aenter__()
    assert await shared_desk.value("select max(id) from changes") == before


async def test_a_work_that_takes_its_name_while_it_runs_writes_nothing(desk: Desk) -> None:
    ticket = await desk.given.ticket(subject="As it was")

    async def refine() -> None:
        async with desk.database.writing(desk.given.system, "ticket.edit") as work:
            await work.execute("update tickets set subject = 'Else' where id = $1", ticket.id)
            work.command = UNKNOWN

    with pytest.raises(UndeclaredCommand, match=NAMED):
        await refine()
    assert await desk.value("select subject from tickets where id = $1", ticket.id) == "As it was"


async def test_a_declared_command_may_be_given_itself(desk: Desk, later_release: Command) -> None:
    async with desk.database.writing(desk.given.system, later_release) as work:
        await work.execute("update teams set color = '#112233'")
    found = await desk.value("select command from changes where id = $1", work.change_id)
    assert found == UNKNOWN


async def test_what_a_release_that_was_taken_back_wrote_is_not_undone(desk: Desk, later_release: Command) -> None:
    admin, ticket = await desk.administrator(), await desk.given.ticket()
    system = SystemActor(workspace_id=desk.given.workspace_id, via="cli")
    async with desk.database.writing(system, later_release) as work:
        await work.execute("update tickets set subject = 'Else' where id = $1", ticket.id)
        work.ticket_id = ticket.id
    offered = {one["id"]: one["can_undo"] for one in (await admin.got("/changes"))["items"]}
    assert offered[work.change_id or 0]
    del declared.commands[UNKNOWN]
    offered = {one["id"]: one["can_undo"] for one in (await admin.got("/changes"))["items"]}
    assert not offered[work.change_id or 0]
    refused = await admin.post(f"/changes/{work.change_id}/undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_undoable")
    assert UNKNOWN in refused.json()["detail"]
    assert await desk.value("select subject from tickets where id = $1", ticket.id) == "Else"


def test_the_live_service_takes_it_for_one_that_alters_powers() -> None:
    change = LedgerChange(
        xid=5,
        id=5,
        workspace_id=1,
        actor_id=None,
        via="session",
        command=UNKNOWN,
        ticket_id=10,
        public=True,
        summary={},
        undo_of=None,
        at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    assert touches_powers(change, [])


@pytest.mark.parametrize("process", ["api", "live", "worker", "cli", "piped", "prepare", "reparse"])
def test_every_process_knows_what_is_declared(process: str) -> None:
    script = (
        f"import atum_desk.entry.{process}; from atum_desk.kernel.feature import declared;"
        "declared.require_command('ticket.reply')"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
