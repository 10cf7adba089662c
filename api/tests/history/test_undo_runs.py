"""A run of changes, or a chain of them, is taken back whole or not at all."""

from __future__ import annotations

from typing import Any

from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.kernel.ledger.consumers import Consumer, HandedChange
from consumer_runs import running
from desk import Client, Desk
from factories import MadeTicket
from waiting import until

SHOWN = ("priority", "subject", "tags")


async def edit(work: UnitOfWork, command: str, ticket_id: int, statement: str) -> None:
    work.ticket_id, work.command = ticket_id, command
    await work.execute(f"update tickets set {statement}, version = version + 1 where id = $1", ticket_id)


async def answer(work: UnitOfWork, change: HandedChange) -> None:
    """What a rule might do: two changes of the ticket for each new priority."""
    assert change.ticket_id
    await edit(work, "ticket.rename", change.ticket_id, "subject = 'Urgent: ' || subject")
    await work.next_change("ticket.tag")
    await edit(work, "ticket.tag", change.ticket_id, "tags = tags || array['urgent']")


async def answer_the_answer(work: UnitOfWork, change: HandedChange) -> None:
    """What a second rule makes of the first one's tag."""
    assert change.ticket_id
    await edit(work, "ticket.tag", change.ticket_id, "tags = tags || array['seen']")


CONSUMERS = {
    "first_rule": Consumer(handler=answer, wants=lambda c: c.command == "ticket.priority"),
    "second_rule": Consumer(handler=answer_the_answer, wants=lambda c: c.command == "ticket.tag" and c.depth == 1),
}


async def changed_priority(desk: Desk, client: Client, ticket: MadeTicket) -> list[dict[str, Any]]:
    """Set a priority and return that change and what rules made of it, oldest first."""
    before = await desk.value("select max(id) from changes")
    async with running(desk.database, **CONSUMERS):
        await client.patched(f"/tickets/{ticket.number}", {"priority": "urgent"})

        async def are_four() -> bool:
            return await desk.value("select count(*) from changes where id > $1", before) == 4

        await until(are_four, 30)
    return await desk.rows("select id, command, cause_id, depth, run_id from changes where id > $1 order by id", before)


async def refusal_of_run(client: Client, ticket: MadeTicket, of: int) -> str | None:
    """Return the code of what the list of changes says of a change's whole run."""
    listed = {one["id"]: one for one in (await client.got("/changes", ticket=ticket.number))["items"]}
    told = listed[of]["run_undo_refusal"]
    return told and told["code"]


async def shown(client: Client, ticket: MadeTicket) -> dict[str, Any]:
    told = await client.got(f"/tickets/{ticket.number}")
    return {name: told[name] for name in SHOWN}


async def test_a_run_names_its_cause_its_depth_and_its_first_change(desk: Desk) -> None:
    lead, ticket = await desk.staff("Team lead"), await desk.given.ticket()
    asked, renamed, tagged, seen = await changed_priority(desk, lead, ticket)
    assert [asked["command"], renamed["command"], tagged["command"], seen["command"]] == [
        "ticket.priority",
        "ticket.rename",
        "ticket.tag",
        "ticket.tag",
    ]
    assert (asked["cause_id"], asked["depth"], asked["run_id"]) == (None, None, None)
    assert (renamed["cause_id"], renamed["depth"], renamed["run_id"]) == (asked["id"], 1, None)
    assert (tagged["cause_id"], tagged["depth"], tagged["run_id"]) == (asked["id"], 1, renamed["id"])
    assert (seen["cause_id"], seen["depth"], seen["run_id"]) == (tagged["id"], 2, None)
    listed = {one["id"]: one for one in (await lead.got("/changes", ticket=ticket.number))["items"]}
    assert listed[tagged["id"]]["run_id"] == renamed["id"]
    assert listed[seen["id"]]["cause_id"] == tagged["id"]


async def test_a_run_is_undone_and_redone_as_one(desk: Desk) -> None:
    lead, ticket = await desk.staff("Team lead"), await desk.given.ticket()
    _asked, renamed, tagged, seen = await changed_priority(desk, lead, ticket)
    all_done = await shown(lead, ticket)
    # The second rule wrote over what the newest change of the run did, and not over what is older.
    assert await refusal_of_run(lead, ticket, renamed["id"]) == "changed_since"
    assert await refusal_of_run(lead, ticket, seen["id"]) is None, "it stands alone"
    await lead.posted(f"/changes/{seen['id']}/undo", status=200)
    assert await refusal_of_run(lead, ticket, renamed["id"]) is None
    assert await refusal_of_run(lead, ticket, tagged["id"]) is None
    # From either change of the run.
    undone = await lead.posted(f"/changes/{renamed['id']}/undo?scope=run", status=200)
    assert undone["changes"] == [tagged["id"], renamed["id"]]
    assert await shown(lead, ticket) == {"priority": "urgent", "subject": "The printer is on fire", "tags": []}
    again = await lead.post(f"/changes/{tagged['id']}/undo?scope=run")
    assert (again.status_code, again.json()["code"]) == (409, "not_undoable")
    redone = await lead.posted(f"/changes/{undone['change_id']}/undo?scope=run", status=200)
    assert len(redone["changes"]) == 2
    assert await shown(lead, ticket) == all_done | {"tags": ["urgent"]}


async def test_a_chain_is_undone_with_the_change_that_began_it(desk: Desk) -> None:
    lead, ticket = await desk.staff("Team lead"), await desk.given.ticket()
    before = await shown(lead, ticket)
    made = await changed_priority(desk, lead, ticket)
    undone = await lead.posted(f"/changes/{made[0]['id']}/undo?scope=chain", status=200)
    assert undone["changes"] == [one["id"] for one in reversed(made)]
    assert await shown(lead, ticket) == before


async def test_a_run_with_a_change_in_its_way_stays_whole(desk: Desk) -> None:
    lead, ticket = await desk.staff("Team lead"), await desk.given.ticket()
    _asked, renamed, tagged, seen = await changed_priority(desk, lead, ticket)
    await lead.patched(f"/tickets/{ticket.number}", {"subject": "Put out"})
    before = await shown(lead, ticket)
    refused = await lead.post(f"/changes/{renamed['id']}/undo?scope=run")
    assert (refused.status_code, refused.json()["code"]) == (409, "undo_conflict")
    # What stands in the way of the newest change of the run is named first.
    assert {c["change_id"] for c in refused.json()["conflicts"]} == {seen["id"]}
    await lead.posted(f"/changes/{seen['id']}/undo", status=200)
    before["tags"] = ["urgent"]
    refused = await lead.post(f"/changes/{tagged['id']}/undo?scope=run")
    assert {c["command"] for c in refused.json()["conflicts"]} == {"ticket.rename"}
    assert await shown(lead, ticket) == before
    assert not await desk.value("select is_undone($1)", tagged["id"])


async def test_a_run_needs_the_permission_of_each_of_its_changes(desk: Desk) -> None:
    lead, agent = await desk.staff("Team lead"), await desk.staff()
    ticket = await desk.given.ticket()
    asked, renamed, _tagged, _seen = await changed_priority(desk, agent, ticket)
    before = await shown(lead, ticket)
    # The agent's own change is theirs to undo, what rules made of it is not.
    refused = await agent.post(f"/changes/{asked['id']}/undo?scope=chain")
    assert (refused.status_code, refused.json()["permission"]) == (403, "change:undo_any")
    async with desk.database.writing(desk.given.system, "role.edit") as work:
        await work.execute(
            "update roles set permissions = array_remove(permissions, 'ticket:tag') where name = 'Team lead'"
        )
    refused = await lead.post(f"/changes/{renamed['id']}/undo?scope=run")
    assert (refused.status_code, refused.json()["permission"]) == (403, "ticket:tag")
    assert await refusal_of_run(lead, ticket, renamed["id"]) == "not_permitted"
    assert await shown(lead, ticket) == before


async def test_a_run_that_reaches_out_of_sight_is_not_there(desk: Desk) -> None:
    team = await desk.given.team()
    seen, hidden = await desk.given.ticket(), await desk.given.ticket(team_id=team)

    async def reach(work: UnitOfWork, change: HandedChange) -> None:
        await edit(work, "ticket.rename", seen.id, "subject = 'One'")
        await work.next_change("ticket.rename")
        await edit(work, "ticket.rename", hidden.id, "subject = 'Two'")

    async def are_two() -> bool:
        return await desk.value("select count(*) from changes where cause_id is not null") == 2

    consumer = Consumer(handler=reach, wants=lambda c: c.command == "team.create")
    async with running(desk.database, reaching=consumer):
        await desk.given.team()
        await until(are_two, 30)
    lead = await desk.staff("Team lead", teams=(await desk.given.first_team(),), sees_all_teams=False)
    first = await desk.value("select min(id) from changes where cause_id is not null")
    refused = await lead.post(f"/changes/{first}/undo?scope=run")
    assert refused.status_code == 404
    told = (await lead.got("/changes", ticket=seen.number))["items"]
    assert [one["run_undo_refusal"] for one in told if one["id"] == first] == [None], "the page shows no run"
    assert (await lead.got(f"/tickets/{seen.number}"))["subject"] == "One"
    assert (await lead.post(f"/changes/{first}/undo")).status_code == 200
    unknown = await lead.post(f"/changes/{first}/undo?scope=everything")
    assert unknown.status_code == 422
