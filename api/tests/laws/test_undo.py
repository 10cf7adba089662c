"""The undo law: undoing the last change restores exactly what was; out of order it is exact or refused."""

from __future__ import annotations

from typing import Any

import pytest
from desk_histories import ADDRESSES, KINDS, DoneStep, HistoryDesk, HistoryStep, State, histories
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from atum_desk.outbox.send import claim_mail
from desk import Desk

LAW = settings(
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


@pytest.fixture(scope="module")
async def history_desk(law_desk: Desk) -> HistoryDesk:
    return await HistoryDesk.settled(law_desk)


def difference(before: State, after: State) -> dict[tuple[str, int], Any]:
    """Return what changed, row by row, as (before, after) of the columns that differ."""
    told = {}
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if old != new:
            columns = (old or {}).keys() | (new or {}).keys()
            told[key] = {
                c: ((old or {}).get(c), (new or {}).get(c)) for c in columns if (old or {}).get(c) != (new or {}).get(c)
            }
    return told


EVERY_KIND = [
    HistoryStep(kind, number, value % 2, value) for number, value in enumerate((67, 72, 63)) for kind in KINDS
]


@settings(LAW, max_examples=8)
@given(steps=histories(6, 14))
@example(
    steps=[HistoryStep("add_person", 0, 0, 1), HistoryStep("edit_person", 0, 0, 1), HistoryStep("edit_person", 0, 0, 2)]
)
async def test_undoing_last_first_restores_every_state_and_redo_returns_to_it(
    history_desk: HistoryDesk, steps: list[HistoryStep]
) -> None:
    await undo_and_redo_all(history_desk, await history_desk.run(steps))


async def test_every_kind_of_command_obeys_the_undo_law(history_desk: HistoryDesk) -> None:
    done = await history_desk.run(EVERY_KIND)
    assert {one.step.kind for one in done} == set(KINDS)
    await undo_and_redo_all(history_desk, done)


async def undo_and_redo_all(history_desk: HistoryDesk, done: list[DoneStep]) -> None:
    undoing: list[tuple[DoneStep, int]] = []
    for one in reversed(done):
        answer = await history_desk.undo(one.change_id)
        assert answer.status_code == 200, f"{one.step}: {answer.text}"
        assert difference(one.before, await history_desk.state()) == {}, one.step
        undoing.append((one, answer.json()["change_id"]))
    for one, undo_id in reversed(undoing):
        answer = await history_desk.undo(undo_id)
        assert answer.status_code == 200, f"redo of {one.step}: {answer.text}"
        assert difference(one.after, await history_desk.state()) == {}, one.step


@settings(LAW, max_examples=14)
@given(steps=histories(8, 16), chosen=st.integers(0, 15))
@example(steps=[HistoryStep("rename", 0, 0, value) for value in (0, 1, 2)], chosen=0)
@example(steps=[HistoryStep("add_contact", 0, 0, 1), *(HistoryStep("edit_much", 0, 0, 0) for _ in range(2))], chosen=0)
@example(
    steps=[HistoryStep("edit_team", 0, 0, 1), HistoryStep("edit_team", 0, 0, 2), HistoryStep("add_team", 0, 0, 1)],
    chosen=0,
)
async def test_undo_out_of_order_is_exact_or_refused_naming_what_is_in_the_way(
    history_desk: HistoryDesk, steps: list[HistoryStep], chosen: int
) -> None:
    done = await history_desk.run(steps)
    if not done:
        return
    target = done[chosen % len(done)]
    before = await history_desk.state()
    answer = await history_desk.undo(target.change_id)
    after = await history_desk.state()
    if answer.status_code == 200:
        assert difference(before, after) == inverse_of(await written_by(history_desk, target.change_id), before)
        return
    assert answer.status_code == 409, answer.text
    assert difference(before, after) == {}
    if answer.json()["code"] == "not_undoable":
        assert "undone already" in answer.json()["detail"]
        assert any(step.kind == "undo_some" for step in steps)
        return
    await expect_named(history_desk, target.change_id, answer.json())
    await undo_with_what_is_in_the_way(history_desk, target.change_id)


async def written_by(history_desk: HistoryDesk, change_id: int) -> list[dict[str, Any]]:
    return await history_desk.desk.rows(
        "select table_name, row_id, operation::text, old, new from row_changes where change_id = $1 order by seq desc",
        change_id,
    )


def inverse_of(written: list[dict[str, Any]], before: State) -> dict[tuple[str, int], Any]:
    """Return the difference that taking these rows back must make."""
    state = dict(before)
    for row in written:
        key = (row["table_name"], row["row_id"])
        if row["operation"] == "I":
            state.pop(key)
        else:
            state[key] = {**state.get(key, {}), **row["old"]}
    return difference(before, state)


async def expect_named(history_desk: HistoryDesk, target: int, problem: dict[str, Any]) -> None:
    """Every named change is later, stands, is named in the sentence, and wrote that column of that table."""
    assert problem["code"] == "undo_conflict"
    named = {c["change_id"] for c in problem["conflicts"]}
    assert named, problem
    for conflict in problem["conflicts"]:
        assert conflict["change_id"], f"nothing is named for {conflict['table']}.{conflict['column']}"
    for conflict in problem["conflicts"]:
        assert conflict["change_id"] > target
        assert f"change {conflict['change_id']} ({conflict['command']}" in problem["detail"]
        assert not await history_desk.desk.value("select is_undone($1)", conflict["change_id"])
        assert await history_desk.desk.value(
            """select exists (select from row_changes where change_id = $1 and table_name = $2
                 and (operation <> 'U' or new ? $3))""",
            conflict["change_id"],
            conflict["table"],
            conflict["column"],
        ), conflict


async def undo_with_what_is_in_the_way(history_desk: HistoryDesk, change_id: int, depth: int = 0) -> None:
    """Following the refusals, newest first, leads to the undo: nothing in the way stays unnamed."""
    assert depth < 60
    while (answer := await history_desk.undo(change_id)).status_code == 409:
        problem = answer.json()
        assert problem["code"] == "undo_conflict", problem
        await undo_with_what_is_in_the_way(history_desk, max(c["change_id"] for c in problem["conflicts"]), depth + 1)
    assert answer.status_code == 200, answer.text


async def test_an_undone_change_is_not_undone_twice_and_a_redo_can_be_undone_again(history_desk: HistoryDesk) -> None:
    # On a ticket of its own: one that is called so already would not be renamed.
    [_, renamed] = await history_desk.run([HistoryStep("open_ticket", 0, 0, 0), HistoryStep("rename", 0, 0, 1)])
    undone = (await history_desk.undo(renamed.change_id)).json()["change_id"]
    again = await history_desk.undo(renamed.change_id)
    assert (again.status_code, again.json()["code"]) == (409, "not_undoable")
    redone = (await history_desk.undo(undone)).json()["change_id"]
    assert (await history_desk.undo(undone)).status_code == 409
    answer = await history_desk.undo(redone)
    assert answer.status_code == 200
    ours = {renamed.change_id, undone, redone, answer.json()["change_id"]}
    assert await history_desk.desk.value("select is_undone($1)", renamed.change_id) is True
    number = await history_desk.desk.value(
        "select number from tickets where id = (select ticket_id from changes where id = $1)", renamed.change_id
    )
    thread = (await history_desk.administrator.got(f"/tickets/{number}"))["thread"]
    history = (await history_desk.administrator.got(f"/changes?ticket={number}"))["items"]
    for shown in (thread, history):
        marked = {one["id"] for one in shown if one.get("undone")}
        assert marked & ours == {renamed.change_id, redone}
    assert difference(renamed.before, await history_desk.state()) == {}


async def test_what_refers_to_a_new_row_is_named_when_its_undo_is_refused(history_desk: HistoryDesk) -> None:
    contact = await history_desk.administrator.posted("/contacts", {"name": "Ann", "email": "ann.new@example.org"})
    added = await newest_change(history_desk)
    await history_desk.administrator.posted("/tickets", {"subject": "VPN", "text": "x", "requester_id": contact["id"]})
    refused = await history_desk.undo(added)
    assert {c["command"] for c in refused.json()["conflicts"]} == {"ticket.open"}
    assert "ticket.open" in refused.json()["detail"]


async def test_who_took_a_unique_name_is_named_when_an_undo_wants_it_back(history_desk: HistoryDesk) -> None:
    team = await history_desk.administrator.posted("/teams", {"name": "First name"})
    await history_desk.administrator.patched(f"/teams/{team['id']}", {"name": "Second name"})
    renamed = await newest_change(history_desk)
    await history_desk.administrator.posted("/teams", {"name": "First name"})
    refused = (await history_desk.undo(renamed)).json()
    assert [(c["command"], c["table"], c["column"]) for c in refused["conflicts"]] == [("team.add", "teams", "name")]


async def test_a_reply_whose_mail_left_is_not_undone(history_desk: HistoryDesk) -> None:
    change_id, outbox_id = await replied(history_desk)
    claimed = await claim_mail(history_desk.desk.job, outbox_id)
    assert claimed is not None
    before = await history_desk.state()
    refused = await history_desk.undo(change_id)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_undoable")
    assert "mail has left" in refused.json()["detail"]
    assert await history_desk.state() == before


async def test_an_undone_reply_leaves_no_mail_and_a_redone_one_may_leave(history_desk: HistoryDesk) -> None:
    change_id, outbox_id = await replied(history_desk)
    undone = (await history_desk.undo(change_id)).json()["change_id"]
    assert await history_desk.desk.value("select count(*) from outbox where id = $1", outbox_id) == 0
    assert await claim_mail(history_desk.desk.job, outbox_id) is None
    assert (await history_desk.undo(undone)).status_code == 200
    claimed = await claim_mail(history_desk.desk.job, outbox_id)
    assert claimed is not None
    assert claimed.mail.recipients


async def replied(history_desk: HistoryDesk) -> tuple[int, int]:
    """Answer a fresh ticket; return the change and its mail's place in the outbox."""
    ticket = await history_desk.desk.given.ticket()
    body = {"kind": "reply", "text": "Have you tried to turn it off?"}
    added = await history_desk.administrator.posted(f"/tickets/{ticket.number}/messages", body)
    return added["change_id"], added["message"]["mail"]["outbox_id"]


async def newest_change(history_desk: HistoryDesk) -> int:
    return await history_desk.desk.value("select max(id) from changes")


@pytest.mark.parametrize("command", ["token", "password", "session", "upload"])
async def test_what_the_ledger_cannot_take_back_is_refused_with_the_reason(
    history_desk: HistoryDesk, command: str
) -> None:
    person = await history_desk.desk.given.staff(role="Administrator")
    client = history_desk.desk.client(person)
    match command:
        case "token":
            answer = await client.post("/me/tokens", json={"name": "script"})
        case "password":
            answer = await client.post(f"/people/{person.id}/password")
        case "session":
            other = await history_desk.desk.given.sign_in(person.id, "staff")
            answer = await client.delete(f"/me/sessions/{other.actor.session_id}")
        case _:
            answer = await client.post("/attachments", files={"file": ("a.txt", b"a", "text/plain")})
    assert answer.is_success, answer.text
    refused = await history_desk.undo(int(answer.headers["x-change-id"]))
    assert (refused.status_code, refused.json()["code"]) == (409, "not_undoable")
    assert refused.json()["reason"]


async def test_a_person_added_again_by_a_redo_has_no_password_and_the_undo_says_so(history_desk: HistoryDesk) -> None:
    role = await history_desk.desk.value("select min(id) from roles where name = 'Agent'")
    given_password = "correct horse battery"
    body = {"name": "Redone", "email": "redone@desk.example", "role_id": role, "password": given_password}
    await history_desk.administrator.posted("/people", body)
    undone = (await history_desk.undo(await newest_change(history_desk))).json()
    assert "password" in undone["kept"][0].lower()
    redone = await history_desk.undo(undone["change_id"])
    assert redone.status_code == 200
    sign_in = await history_desk.desk.client().post(
        "/session", json={"email": "redone@desk.example", "password": given_password}
    )
    assert sign_in.status_code == 401


async def test_a_column_that_one_change_wrote_twice_is_not_in_its_own_way(history_desk: HistoryDesk) -> None:
    me = (await history_desk.administrator.got("/me"))["person"]["id"]
    body = {"subject": "Twice", "text": "x", "requester": {"email": ADDRESSES[0]}, "assignee_id": me}
    ticket = await history_desk.administrator.posted("/tickets", body)
    opened = await newest_change(history_desk)
    await history_desk.administrator.patched(f"/tickets/{ticket['number']}", {"priority": "high"})
    renamed = await newest_change(history_desk)
    conflicts = (await history_desk.undo(opened)).json()["conflicts"]
    assert [(c["change_id"], c["column"]) for c in conflicts] == [(renamed, "priority")]
