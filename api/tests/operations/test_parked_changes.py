"""Changes that a consumer could not handle: shown, replayed and discarded by who may."""

from __future__ import annotations

import asyncio

import pytest

from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.kernel.ledger.consumers import Consumer, HandedChange
from atum_desk.kernel.problems import PermissionMissing
from consumer_runs import running, write_change
from desk import Client, Desk
from factories import Given
from waiting import until


@pytest.fixture
async def administrator(desk: Desk) -> Client:
    return await desk.administrator()


async def park(given: Given, change_id: int, *, workspace_id: int | None = None) -> int:
    """Park a change as a consumer's last attempt would."""
    async with given.database.connection("atum_desk_worker") as connection:
        return await connection.fetchval(
            """insert into parked_changes (id, workspace_id, consumer, lane, change_id, attempts, error)
               values (nextval('waiting_changes_id_seq'), $1, 'rules', '', $2, 6, 'ValueError: poison') returning id""",
            workspace_id or given.workspace_id,
            change_id,
        )


async def test_a_parked_change_is_shown_replayed_and_handled(desk: Desk, administrator: Client) -> None:
    handled: list[tuple[int, int]] = []
    is_healed = False

    async def handler(work: UnitOfWork, change: HandedChange) -> None:
        if not is_healed:
            raise ValueError("poison")
        handled.append((change.id, change.attempts))

    consumer = Consumer(handler=handler, wants=lambda c: c.command == "test.write", max_attempts=1)
    async with running(desk.database, rules=consumer) as runner:
        change_id = await write_change(desk.given)
        await until(lambda: bool(runner.troubles), 20)
        told = (await administrator.got("/operations"))["parked_changes"]
        assert told["count"] == 1
        (parked,) = told["newest"]
        assert (parked["consumer"], parked["change_id"], parked["command"]) == ("rules", change_id, "test.write")
        assert (parked["attempts"], parked["error"]) == (1, "ValueError: poison")
        is_healed = True
        path = f"/operations/parked-changes/{parked['id']}/replay"
        await administrator.posted(path, status=204)
        # All its attempts are its again.
        await until(lambda: handled == [(change_id, 0)], 20)
        await until(lambda: runner.troubles == [], 20)
        again = await administrator.post(path)
        assert (again.status_code, again.json()["code"]) == (404, "parked_change_not_found")
    assert (await administrator.got("/operations"))["parked_changes"] == {"count": 0, "newest": []}
    (made,) = await desk.rows("select summary, actor_id from changes where command = 'operations.replay_change'")
    assert made["summary"]["change_id"] == change_id
    assert made["actor_id"]


async def test_what_is_said_of_a_parked_change_can_be_translated(desk: Desk, administrator: Client) -> None:
    async def handler(work: UnitOfWork, change: HandedChange) -> None:
        raise PermissionMissing(permission="ticket:reply")

    consumer = Consumer(handler=handler, wants=lambda c: c.command == "test.write", max_attempts=1)
    async with running(desk.database, rules=consumer) as runner:
        await write_change(desk.given)
        await until(lambda: bool(runner.troubles), 20)
    (parked,) = (await administrator.got("/operations"))["parked_changes"]["newest"]
    notice = parked["error_notice"]
    assert (notice["code"], notice["parameters"]) == ("permission_missing", {"permission": "ticket:reply"})
    assert notice["text"] == parked["error"] == PermissionMissing(permission="ticket:reply").detail


async def test_what_an_earlier_release_parked_has_its_text_alone(desk: Desk, administrator: Client) -> None:
    await park(desk.given, await write_change(desk.given))
    (parked,) = (await administrator.got("/operations"))["parked_changes"]["newest"]
    assert (parked["error"], parked["error_notice"]) == ("ValueError: poison", None)


async def test_a_parked_change_is_discarded_for_a_reason_that_history_keeps(desk: Desk, administrator: Client) -> None:
    change_id = await write_change(desk.given)
    parked_id = await park(desk.given, change_id)
    path = f"/operations/parked-changes/{parked_id}/discard"
    for reason in ("", " \u200b", "x" * 501):
        refused = await administrator.post(path, json={"reason": reason})
        assert refused.status_code == 422, reason
    await administrator.posted(path, {"reason": "The\nendpoint is gone"}, status=204)
    assert await desk.value("select count(*) from waiting_changes") == 0
    assert await desk.value("select count(*) from parked_changes") == 0
    summary = await desk.value("select summary from changes where command = 'operations.discard_change'")
    assert summary == {
        "change_id": change_id,
        "consumer": "rules",
        "lane": "",
        "attempts": 6,
        "error": "ValueError: poison",
        "reason": "The endpoint is gone",
    }
    undone = await administrator.post(f"/changes/{await desk.value('select max(id) from changes')}/undo")
    assert (undone.status_code, undone.json()["code"]) == (409, "not_undoable")


@pytest.mark.parametrize(("verb", "body"), [("replay", None), ("discard", {"reason": "No"})])
async def test_only_who_looks_after_the_installation_settles_a_parked_change(
    desk: Desk, verb: str, body: dict[str, str] | None
) -> None:
    parked_id = await park(desk.given, await write_change(desk.given))
    for role in ("Agent", "Team lead", "Auditor"):
        member = await desk.staff(role)
        refused = await member.post(f"/operations/parked-changes/{parked_id}/{verb}", json=body)
        assert (refused.status_code, refused.json()["permission"]) == (403, "operations:manage")
    stranger = await desk.client().post(f"/operations/parked-changes/{parked_id}/{verb}", json=body)
    assert stranger.status_code == 401
    assert await desk.value("select count(*) from parked_changes") == 1


async def test_a_parked_change_of_another_workspace_is_not_there(desk: Desk, administrator: Client) -> None:
    parked_id = await park(desk.given, await write_change(desk.given), workspace_id=desk.given.workspace_id + 1)
    assert (await administrator.got("/operations"))["parked_changes"]["count"] == 0
    refused = await administrator.post(f"/operations/parked-changes/{parked_id}/replay")
    assert refused.status_code == 404


async def test_two_who_replay_at_once_replay_once(desk: Desk, administrator: Client) -> None:
    parked_id = await park(desk.given, await write_change(desk.given))
    path = f"/operations/parked-changes/{parked_id}/replay"
    answers = await asyncio.gather(administrator.post(path), administrator.post(path))
    assert sorted(answer.status_code for answer in answers) == [204, 404]
    async with desk.database.connection("atum_desk_worker") as connection:
        assert await connection.fetchval("select count(*) from waiting_changes") == 1
