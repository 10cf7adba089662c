"""What the list of changes says of undo is what undo does: each offer is kept, each refusal is the one foretold."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import httpx
import pytest
from desk_histories import KINDS, MOST_GENERATED, HistoryDesk, HistoryStep

from desk import Client, Desk

STEPS = 45
# What keeps powers sound is only found by trying (identity/powers.py).
ONLY_TRIED = {"last_administrator", "grant_too_wide"}
BY_CODE = {
    "not_permitted": {"permission_missing"},
    "out_of_sight": {"change_not_found"},
    "in_use": {"undo_conflict"},
    "value_taken": {"undo_conflict"},
    "changed_since": {"undo_conflict"},
}


@pytest.fixture
async def history_desk(desk: Desk) -> HistoryDesk:
    return await HistoryDesk.settled(desk)


async def listed(client: Client) -> dict[int, dict[str, Any]]:
    """Return the changes that somebody sees, by id, at most 200."""
    return {one["id"]: one for one in (await client.got("/changes", limit=200))["items"]}


def expect_as_told(item: dict[str, Any], answer: httpx.Response) -> None:
    told = f"{item['command']} {item['undo_refusal']} {answer.text}"
    refusal = item["undo_refusal"]
    assert item["can_undo"] == (refusal is None)
    if refusal is None:
        assert answer.is_success or answer.json()["code"] in ONLY_TRIED, told
        return
    assert not answer.is_success, told
    problem = answer.json()
    assert problem["code"] in BY_CODE.get(refusal["code"], {"not_undoable"}), told
    if problem["code"] == "not_undoable":
        assert problem["detail"] == f"This cannot be undone: {refusal['reason']}", told
    if refusal["code"] == "not_permitted":
        assert problem["permission"] == refusal["params"]["permission"], told


@pytest.mark.slow("three histories of some forty commands, and an undo of each by three people")
@pytest.mark.parametrize("seed", range(3))
async def test_each_change_is_undone_or_refused_as_the_list_of_changes_says(
    history_desk: HistoryDesk, seed: int
) -> None:
    chance = random.Random(seed)
    for _ in range(STEPS):
        step = HistoryStep(
            chance.choice(KINDS), chance.randint(0, 2), chance.randint(0, 11), chance.randrange(MOST_GENERATED)
        )
        await getattr(history_desk, step.kind)(step)
    given = history_desk.desk.given
    teams = [row["id"] for row in await history_desk.desk.rows("select id from teams order by id")]
    restricted = await given.staff(role="Team lead", teams=(chance.choice(teams),), sees_all_teams=False)
    agent = history_desk.staff[-1]
    seen: Counter[str] = Counter()
    for client in (history_desk.desk.client(restricted), agent, history_desk.administrator):
        offers = await listed(client)
        for change_id in chance.sample(sorted(offers), min(len(offers), 40)):
            if change_id not in offers:
                # An undo before took it out of sight.
                assert (await client.post(f"/changes/{change_id}/undo")).status_code == 404
                continue
            item = offers[change_id]
            seen[item["undo_refusal"]["code"] if item["undo_refusal"] else "offered"] += 1
            answer = await client.post(f"/changes/{change_id}/undo")
            expect_as_told(item, answer)
            if answer.is_success:
                offers = await listed(client)
    assert seen["offered"] > 5
    assert len(seen) >= 4, seen


async def test_each_kind_of_refusal_is_told_with_its_reason(desk: Desk) -> None:
    admin, agent = await desk.administrator(), await desk.staff()
    ticket = await desk.given.ticket()
    path = f"/tickets/{ticket.number}"

    async def change(client: Client, method: str, where: str, body: dict[str, Any]) -> int:
        answer = await client.request(method, where, json=body)
        assert answer.is_success, answer.text
        return int(answer.headers["x-change-id"])

    first = await change(admin, "patch", path, {"subject": "First"})
    later = await change(admin, "patch", path, {"subject": "Second"})
    team = (await admin.posted("/teams", {"name": "Old name"}))["id"]
    renamed = await change(admin, "patch", f"/teams/{team}", {"name": "New name"})
    await admin.posted("/teams", {"name": "Old name"})
    contact = await change(admin, "post", "/contacts", {"name": "C", "email": "c@example.org"})
    contact_id = (await admin.got("/contacts", q="c@example.org"))["items"][0]["id"]
    await admin.posted("/tickets", {"subject": "s", "text": "t", "requester_id": contact_id})
    token = await change(admin, "post", "/me/tokens", {"name": "script"})
    offers = await listed(admin)
    codes = {one: (offers[one]["undo_refusal"] or {}).get("code") for one in (first, later, renamed, contact, token)}
    assert codes == {
        first: "changed_since",
        later: None,
        renamed: "value_taken",
        contact: "in_use",
        token: "irreversible",
    }
    assert offers[token]["undo_refusal"]["reason"] == "a token was handed out; delete it instead."
    of_others = (await listed(agent))[later]["undo_refusal"]
    assert (of_others["code"], of_others["params"]) == ("not_permitted", {"permission": "change:undo_any"})
    await admin.posted(f"/changes/{later}/undo", status=200)
    for shown in (await listed(admin), {one["id"]: one for one in (await admin.got(path))["thread"]}):
        if later in shown:
            assert shown[later]["undo_refusal"]["code"] == "undone"
    assert (await listed(admin))[first]["can_undo"]
    [history] = [one for one in (await admin.got(f"{path}/history"))["items"] if one["id"] == first]
    assert history["can_undo"]
