"""A bulk run changes what its asker may change, tells what it did, and is undone as one."""

from __future__ import annotations

from typing import Any

from atum_desk.bulk.feature import RunBulk
from atum_desk.bulk.jobs import run_bulk
from atum_desk.bulk.permissions import TO_SET
from atum_desk.tickets.public import PERMISSIONS_TO_SET_ANY
from bulk_runs import begun, counts, done, undone
from desk import Client, Desk


async def shown(client: Client, number: int) -> dict[str, Any]:
    told = await client.got(f"/tickets/{number}")
    return {name: told[name] for name in ("priority", "tags")} | {"status": told["status"]["key"]}


def test_who_may_set_any_property_may_begin_a_run() -> None:
    assert set(TO_SET) == set(PERMISSIONS_TO_SET_ANY)


async def test_a_selection_is_changed_reported_and_undone_as_one(desk: Desk) -> None:
    client = await desk.administrator()
    tickets = [(await desk.given.ticket()).number for _ in range(25)]
    await client.patched(f"/tickets/{tickets[3]}", {"priority": "urgent", "tags": ["vpn"], "status": "open"})
    before = [await shown(client, number) for number in tickets]
    actions = {"set": {"priority": "urgent", "status": "open"}, "add_tags": ["vpn"]}
    run = await begun(client, actions, numbers=[*tickets, 999_999])
    assert (run["state"], run["total"]) == ("waiting", 26)
    report = await done(desk, client, run)
    assert counts(report) == ("done", 24, 1, 1)
    [refused] = report["refused_items"]
    assert (refused["number"], refused["problem"]["code"]) == (999_999, "ticket_not_found")
    assert [await shown(client, number) for number in tickets] == [before[3]] * 25
    taken_back = await undone(desk, client, report)
    assert counts(taken_back) == ("done", 24, 0, 0)
    assert [await shown(client, number) for number in tickets] == before
    # Undone again, it is redo.
    redone = await undone(desk, client, taken_back)
    assert counts(redone) == ("done", 24, 0, 0)
    assert [await shown(client, number) for number in tickets] == [before[3]] * 25
    again = await client.post(f"/bulk/{report['id']}/undo")
    assert (again.status_code, again.json()["code"]) == (409, "bulk_undone")


async def test_the_whole_result_of_a_search_is_changed(desk: Desk) -> None:
    client = await desk.administrator()
    wanted = [(await desk.given.ticket(f"Printer {n}")).number for n in range(12)]
    other = (await desk.given.ticket("Telephone")).number
    run = await begun(client, {"set": {"priority": "high"}}, search={"view": "all", "q": "subject:printer"})
    assert counts(await done(desk, client, run)) == ("done", 12, 0, 0)
    assert {(await shown(client, number))["priority"] for number in wanted} == {"high"}
    assert (await shown(client, other))["priority"] == "normal"
    words = await begun(client, {"add_tags": ["phone"]}, search={"view": "all", "q": "please help"})
    assert counts(await done(desk, client, words)) == ("done", 13, 0, 0)


async def test_what_the_asker_does_not_see_when_it_runs_is_not_touched(desk: Desk) -> None:
    first, second = await desk.given.first_team(), await desk.given.team()
    asker = await desk.given.staff(sees_all_teams=False, teams=(first, second))
    client, everybody = desk.client(asker), await desk.administrator()
    seen, hidden = await desk.given.ticket(team_id=first), await desk.given.ticket(team_id=second)
    run = await begun(client, {"set": {"priority": "high"}}, numbers=[seen.number, hidden.number])
    found = await begun(client, {"add_tags": ["x"]}, search={"view": "all"})
    async with desk.database.writing(desk.given.system, "team.edit") as work:
        await work.execute("delete from team_members where person_id = $1 and team_id = $2", asker.id, second)
    report = await done(desk, client, run)
    assert counts(report) == ("done", 1, 0, 1)
    assert report["refused_items"][0]["problem"]["code"] == "ticket_not_found"
    assert counts(await done(desk, client, found)) == ("done", 1, 0, 0)
    assert await shown(everybody, hidden.number) == {"priority": "normal", "tags": [], "status": "new"}


async def test_a_permission_that_was_lost_meanwhile_refuses_each_ticket(desk: Desk) -> None:
    client, ticket = await desk.staff(), await desk.given.ticket()
    run = await begun(client, {"set": {"priority": "high"}}, numbers=[ticket.number])
    async with desk.database.writing(desk.given.system, "role.edit") as work:
        await work.execute(
            "update roles set permissions = array_remove(permissions, 'ticket:priority') where name = 'Agent'"
        )
    report = await done(desk, client, run)
    assert counts(report) == ("done", 0, 0, 1)
    assert report["refused_items"][0]["problem"]["permission"] == "ticket:priority"
    refused = await client.post("/bulk", json={"actions": {"set": {"priority": "low"}}, "numbers": [ticket.number]})
    assert (refused.status_code, refused.json()["permission"]) == (403, "ticket:priority")


async def test_a_run_of_somebody_who_was_switched_off_fails_and_changes_nothing(desk: Desk) -> None:
    asker = await desk.given.staff()
    ticket = await desk.given.ticket()
    run = await begun(desk.client(asker), {"set": {"priority": "high"}}, numbers=[ticket.number])
    async with desk.database.writing(desk.given.system, "person.edit") as work:
        await work.execute("update people set active = false where id = $1", asker.id)
    await run_bulk(desk.job, RunBulk(run_id=run["id"]))
    [row] = await desk.rows("select state, problem->>'code' as code, changed from bulk_runs")
    assert (row["state"], row["code"], row["changed"]) == ("failed", "bulk_access_ended", 0)
    assert await desk.value("select priority from tickets") == 2


async def test_a_run_keeps_to_the_scopes_of_the_token_that_asked(desk: Desk) -> None:
    administrator, ticket = await desk.given.staff(role="Administrator"), await desk.given.ticket()
    client = desk.client(administrator)
    script = desk.bearer(await desk.token(administrator.id, "ticket:read", "ticket:priority", "ticket:tag"))
    run = await begun(script, {"set": {"priority": "high"}}, numbers=[ticket.number])
    refused = await script.post("/bulk", json={"actions": {"set": {"status": "open"}}, "numbers": [ticket.number]})
    assert refused.status_code == 403
    assert counts(await done(desk, script, run)) == ("done", 1, 0, 0)
    ended = await begun(script, {"set": {"priority": "low"}}, numbers=[ticket.number])
    async with desk.database.marking(desk.given.system) as transaction:
        await transaction.execute("delete from sessions where kind = 'token'")
    assert counts(await done(desk, client, ended)) == ("failed", 0, 0, 0)


async def test_a_ticket_that_others_changed_meanwhile_is_left_by_the_undo_and_told(desk: Desk) -> None:
    client, other = await desk.administrator(), await desk.staff()
    tickets = [(await desk.given.ticket()).number for _ in range(3)]
    report = await done(desk, client, await begun(client, {"set": {"priority": "high"}}, numbers=tickets))
    await other.patched(f"/tickets/{tickets[1]}", {"priority": "low"})
    # Something else of a ticket is in nobody's way.
    await other.patched(f"/tickets/{tickets[2]}", {"tags": ["later"]})
    taken_back = await undone(desk, client, report)
    assert counts(taken_back) == ("done", 2, 0, 1)
    assert taken_back["refused_items"][0]["problem"]["code"] == "undo_conflict"
    assert [(await shown(client, number))["priority"] for number in tickets] == ["normal", "low", "normal"]
    assert (await shown(client, tickets[2]))["tags"] == ["later"]


async def test_a_forbidden_transition_is_refused_by_name_and_leaves_nothing_of_its_ticket(desk: Desk) -> None:
    client = await desk.administrator()
    open_, closed = await desk.given.ticket(), await desk.given.ticket()
    await client.patched(f"/tickets/{closed.number}", {"status": "resolved"})
    await client.patched(f"/tickets/{closed.number}", {"status": "closed"})
    actions = {"set": {"status": "waiting"}, "message": {"kind": "note", "text": "Parked."}}
    report = await done(desk, client, await begun(client, actions, numbers=[open_.number, closed.number]))
    assert counts(report) == ("done", 1, 0, 1)
    assert report["refused_items"][0]["problem"]["code"] == "transition_forbidden"
    assert await desk.value("select count(*) from messages where ticket_id = $1", closed.id) == 1
    assert await desk.value("select count(*) from messages where ticket_id = $1", open_.id) == 2


async def test_a_run_is_its_askers_and_not_there_for_others(desk: Desk) -> None:
    client, other = await desk.staff(), await desk.staff()
    run = await begun(client, {"set": {"priority": "high"}}, numbers=[(await desk.given.ticket()).number])
    for path in (f"/bulk/{run['id']}", f"/bulk/{run['id']}/tickets"):
        assert (await other.get(path)).status_code == 404
    for verb in ("cancel", "undo"):
        assert (await other.post(f"/bulk/{run['id']}/{verb}")).status_code == 404
    assert (await other.got("/bulk"))["items"] == []
    assert [one["id"] for one in (await client.got("/bulk"))["items"]] == [run["id"]]


async def test_what_makes_no_sense_is_refused_before_anything_begins(desk: Desk) -> None:
    client = await desk.administrator()
    for body, code in (
        ({"actions": {}, "numbers": [1]}, "bulk_nothing_to_do"),
        ({"actions": {"add_tags": ["x"]}}, "bulk_no_selection"),
        ({"actions": {"add_tags": ["x"]}, "numbers": [1], "search": {}}, "bulk_no_selection"),
        ({"actions": {"add_tags": ["x"]}, "search": {"q": "nosuchfield:1"}}, "condition_invalid"),
        (
            {"actions": {"message": {"kind": "note", "text": "{{ requester.nmae }}"}}, "numbers": [1]},
            "variable_unknown",
        ),
        ({"actions": {"message": {"kind": "note", "text": "{% for x in y %}"}}, "numbers": [1]}, "template_invalid"),
    ):
        for path in ("/bulk", "/bulk/preview"):
            refused = await client.post(path, json=body)
            assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert await desk.value("select count(*) from bulk_runs") == 0


async def test_a_run_is_cancelled_between_batches_and_what_it_did_is_undone(desk: Desk) -> None:
    client = await desk.administrator()
    tickets = [(await desk.given.ticket()).number for _ in range(6)]
    run = await begun(client, {"set": {"priority": "high"}}, numbers=tickets)
    # As if a batch had been done before somebody cancelled it.
    await client.posted(f"/bulk/{run['id']}/cancel", status=200)
    report = await done(desk, client, run)
    assert report["state"] == "cancelled"
    assert report["changed"] < 6
    unfinished = await begun(client, {"set": {"priority": "low"}}, numbers=tickets[:1])
    refused = await client.post(f"/bulk/{unfinished['id']}/undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "bulk_unfinished")
