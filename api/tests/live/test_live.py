"""The live service over real sockets: who hears what, how soon, and what a reconnect is told."""

from __future__ import annotations

import asyncio
import signal
import statistics
import time

import msgspec
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from factories import Given
from live_process import Clients, LiveListener, LiveProcess, rename, write_message
from suite.machine_speed import scaled
from waiting import assert_promise


async def test_an_agent_hears_of_a_change_soon_after_its_commit(given: Given, clients: Clients) -> None:
    agent, ticket = await given.staff(), await given.ticket()
    listener = await clients.listen(agent)
    latencies: list[float] = []

    async def median_seconds() -> float:
        latencies.clear()
        for number in range(40):
            await rename(given, ticket.id, f"Subject {number}")
            committed_at = time.perf_counter()
            change = await listener.change()
            latencies.append(time.perf_counter() - committed_at)
            assert (change["ticket"], change["command"]) == (ticket.number, "ticket.edit")
            assert change["fields"] == ["subject"]
            await asyncio.sleep(0.03)
        return statistics.median(latencies)

    async def p95_seconds() -> float:
        await median_seconds()
        return sorted(latencies)[37]

    await assert_promise("commit to frame, median", 0.1, median_seconds)
    await assert_promise("commit to frame, p95", 1.0, p95_seconds)


async def test_a_lost_wake_up_costs_a_second_and_no_change(given: Given, clients: Clients) -> None:
    agent, ticket = await given.staff(), await given.ticket()
    listener = await clients.listen(agent)
    await given.database.bell.stop()
    await asyncio.sleep(1.2)

    async def seconds_until_heard() -> float:
        await rename(given, ticket.id, "Nobody rang")
        began_at = time.monotonic()
        assert (await listener.change())["ticket"] == ticket.number
        return time.monotonic() - began_at

    await assert_promise("a change of which nobody rang", 2, seconds_until_heard)


async def test_a_contacts_frame_carries_no_content(given: Given, clients: Clients) -> None:
    requester_id = await given.contact()
    ticket = await given.ticket(requester_id=requester_id)
    listener = await clients.listen(await given.sign_in(requester_id, "contact"))
    await rename(given, ticket.id, "Very secret words", public=True)
    change = await listener.change()
    assert set(change) == {
        "type",
        "seq",
        "change_id",
        "command",
        "ticket",
        "ticket_id",
        "version",
        "fields",
        "actor_id",
        "undo_of",
    }
    assert "secret" not in msgspec.json.encode(change).decode()


async def test_what_happens_within_a_moment_is_told_in_one_frame(given: Given, clients: Clients) -> None:
    tickets = [await given.ticket() for _ in range(4)]
    listener = await clients.listen(await given.staff())
    # The first is told at once; what comes while it is being told waits for the end of the moment.
    async with asyncio.TaskGroup() as group:
        for ticket in tickets * 5:
            group.create_task(rename(given, ticket.id, "Renamed"))
    heard: list[list[int]] = []
    while sum(map(len, heard)) < 20:
        frame = await listener.frame()
        heard.append([change["ticket"] for change in frame["changes"] if "row" in change])
        assert len(set(heard[-1])) == len(heard[-1])
        heard[-1] = [change["ticket"] for change in frame["changes"]]
    assert len(heard) < 15


async def test_a_contact_is_told_nothing_of_notes_or_of_other_peoples_tickets(given: Given, clients: Clients) -> None:
    mine_id, other_id = await given.contact(), await given.contact()
    mine, other = (await given.ticket(requester_id=mine_id), await given.ticket(requester_id=other_id))
    listener = await clients.listen(await given.sign_in(mine_id, "contact"))
    await write_message(given, mine.id, "note", public=False)
    # Even a note that claims to be public is not told: it wrote nothing a contact may see.
    await write_message(given, mine.id, "note", public=True)
    await write_message(given, other.id, "reply", public=True)
    await rename(given, mine.id, "Renamed inside")
    await given.team()
    await write_message(given, mine.id, "reply", public=True)
    (change,) = await listener.changes()
    assert (change["command"], change["ticket"]) == ("ticket.reply", mine.number)
    assert change["fields"] == ["messages"]


async def test_a_contact_hears_as_cc_and_as_manager_of_the_organization(given: Given, clients: Clients) -> None:
    organization_id = await given.organization()
    requester_id = await given.contact(organization_id=organization_id)
    manager_id = await given.contact(organization_id=organization_id, manager=True)
    colleague_id = await given.contact(organization_id=organization_id)
    cc_id = await given.contact()
    ticket = await given.ticket(requester_id=requester_id, cc_ids=(cc_id,))
    listeners = {
        person_id: await clients.listen(await given.sign_in(person_id, "contact"))
        for person_id in (requester_id, manager_id, colleague_id, cc_id)
    }
    await write_message(given, ticket.id, "reply", public=True)
    heard = {person_id: len(await one.changes(0.5)) for person_id, one in listeners.items()}
    assert heard == {requester_id: 1, manager_id: 1, colleague_id: 0, cc_id: 1}


async def test_a_link_to_one_ticket_hears_of_that_ticket_only(given: Given, clients: Clients) -> None:
    person_id = await given.contact()
    one, two = (await given.ticket(requester_id=person_id), await given.ticket(requester_id=person_id))
    link = await given.sign_in(person_id, "contact", only_ticket_id=one.id)
    listener = await clients.listen(link)
    await write_message(given, two.id, "reply", public=True)
    await write_message(given, one.id, "reply", public=True)
    assert [change["ticket"] for change in await listener.changes()] == [one.number]


async def test_an_agent_hears_of_the_tickets_of_their_teams_and_of_one_that_leaves_them(
    given: Given, clients: Clients
) -> None:
    sales, billing = await given.team(), await given.team()
    agent = await given.staff(teams=(sales,), sees_all_teams=False)
    listener = await clients.listen(agent)
    ticket = await given.ticket(team_id=billing)
    for team_id in (sales, billing):
        # Who sees a ticket is asked when the change is told, not when it was made.
        await clients.past_is_told()
        async with given.database.writing(given.system, "ticket.move") as work:
            await work.execute("update tickets set team_id = $2 where id = $1", ticket.id, team_id)
            work.ticket_id = ticket.id
    await clients.past_is_told()
    await rename(given, ticket.id, "Out of sight")
    commands = [(change["command"], change["fields"]) for change in await listener.changes()]
    assert commands == [("ticket.move", ["team"]), ("ticket.move", ["team"])]


async def test_a_change_of_several_tickets_is_told_once_for_each(given: Given, clients: Clients) -> None:
    agent = await given.staff()
    tickets = [await given.ticket() for _ in range(3)]
    listener = await clients.listen(agent)
    async with given.database.writing(given.system, "ticket.bulk") as work:
        await work.execute("update tickets set priority = 4")
    changes = await listener.changes()
    assert [change["ticket"] for change in changes] == [one.number for one in tickets]
    assert len({change["change_id"] for change in changes}) == 1
    # Who loses the connection between them is told all three again.
    again = await clients.listen(agent, last_seq=changes[0]["seq"])
    assert [c["ticket"] for c in await again.changes(0.5)] == [one.number for one in tickets]


async def test_an_undone_ticket_is_told_to_those_who_saw_it(given: Given, clients: Clients) -> None:
    listener = await clients.listen(await given.staff())
    ticket = await given.ticket()
    opened = await listener.change()
    assert opened["command"] == "ticket.open"
    async with given.database.writing(given.system, "ticket.undo") as work:
        assert await work.fetch("select * from undo_change($1)", opened["change_id"]) == []
        work.ticket_id, work.undo_of = ticket.id, opened["change_id"]
    undone = await listener.change()
    assert (undone["ticket"], undone["undo_of"]) == (ticket.number, opened["change_id"])
    assert undone["version"] is None


async def test_what_concerns_no_ticket_is_told_to_staff_without_one(given: Given, clients: Clients) -> None:
    listener = await clients.listen(await given.staff())
    await given.team()
    change = await listener.change(of_ticket=False)
    while change["command"] == "person.create":
        change = await listener.change(of_ticket=False)
    assert (change["ticket"], change["fields"]) == (None, ["teams"])


async def test_a_reconnect_is_told_what_it_missed_once(given: Given, clients: Clients) -> None:
    agent, ticket = await given.staff(), await given.ticket()
    listener = await clients.listen(agent)
    await rename(given, ticket.id, "Heard")
    heard = await listener.change()
    await listener.socket.close()
    for number in range(3):
        await rename(given, ticket.id, f"Missed {number}")
    again = await clients.listen(agent, last_seq=heard["seq"])
    assert again.ready["resumed"] is True
    missed = await again.changes()
    assert len(missed) == 3
    assert [change["change_id"] for change in missed] == sorted(c["change_id"] for c in missed)
    assert missed[0]["change_id"] > heard["change_id"]


async def test_a_killed_and_restarted_service_tells_what_was_missed_meanwhile(
    given: Given, live: LiveProcess, clients: Clients
) -> None:
    agent, ticket = await given.staff(), await given.ticket()
    listener = await clients.listen(agent)
    await rename(given, ticket.id, "Heard")
    heard = await listener.change()
    await live.end(signal.SIGKILL)
    assert await listener.closed() is None
    for number in range(5):
        await rename(given, ticket.id, f"While it was dead {number}")
    await live.start()
    again = await clients.listen(agent, last_seq=heard["seq"])
    assert again.ready["resumed"] is True
    assert len(await again.changes()) == 5
    await rename(given, ticket.id, "Alive")
    assert (await again.change())["command"] == "ticket.edit"


@pytest.mark.parametrize("last_seq", ["nonsense", "9999999999.1", ""])
async def test_a_place_that_cannot_be_resumed_asks_for_a_resync(given: Given, clients: Clients, last_seq: str) -> None:
    listener = await clients.listen(await given.staff(), last_seq=last_seq)
    assert listener.ready["resumed"] is False
    assert (await listener.frame())["type"] == "resync"


async def test_who_is_too_far_behind_is_asked_to_resync(given: Given, live: LiveProcess, clients: Clients) -> None:
    agent, ticket = await given.staff(), await given.ticket()
    listener = await clients.listen(agent)
    await rename(given, ticket.id, "Heard")
    heard = await listener.change()
    await live.end(signal.SIGTERM)
    async with given.database.connection("atum_desk_worker") as connection:
        for _ in range(2001):
            await connection.execute(
                f"begin; select atum.enter_system({given.workspace_id}), atum.open_change();"
                "select atum.finish_change('test.much', 'job', null, false, '{}', null, null); commit"
            )
    await live.start()
    again = await clients.listen(agent, last_seq=heard["seq"])
    assert again.ready["resumed"] is False
    assert (await again.frame())["type"] == "resync"


async def test_a_revoked_session_is_closed_at_once(given: Given, clients: Clients) -> None:
    ticket = await given.ticket()

    async def seconds_until_closed() -> float:
        agent = await given.staff()
        listener = await clients.listen(agent)
        other = await clients.listen(await given.staff())
        async with given.database.writing(given.system, "session.end") as work:
            await work.execute("delete from sessions where id = $1", agent.actor.session_id)
        await rename(given, ticket.id, "Not for them")
        began_at = time.monotonic()
        assert await listener.closed() == 4401
        seconds = time.monotonic() - began_at
        assert (await other.change())["command"] == "ticket.edit"
        return seconds

    await assert_promise("a revoked session until it is closed", 1, seconds_until_closed)


async def test_a_deactivated_person_is_closed_and_a_lost_team_is_heard_no_more(given: Given, clients: Clients) -> None:
    sales = await given.team()
    agent = await given.staff(teams=(sales,), sees_all_teams=False)
    leaver = await given.staff()
    listener, leaving = await clients.listen(agent), await clients.listen(leaver)
    ticket = await given.ticket(team_id=sales)
    assert (await listener.change())["ticket"] == ticket.number
    async with given.database.writing(given.system, "team.update") as work:
        await work.execute("delete from team_members where person_id = $1", agent.id)
    async with given.database.writing(given.system, "person.update") as work:
        await work.execute("update people set active = false where id = $1", leaver.id)
    await rename(given, ticket.id, "Of another team now")
    heard = [change["ticket"] for change in await listener.changes()]
    assert ticket.number not in heard
    assert await leaving.closed() == 4401


async def test_without_a_session_the_door_stays_shut(given: Given, clients: Clients) -> None:
    wrong = LiveListener(await clients.open(additional_headers={"Cookie": "atum_staff=atum_s_wrong"}))
    assert await wrong.closed() == 4401
    ended = await given.staff()
    async with given.database.writing(given.system, "session.end") as work:
        await work.execute("delete from sessions where id = $1", ended.actor.session_id)
    gone = LiveListener(await clients.open(additional_headers={"Cookie": f"atum_staff={ended.token}"}))
    assert await gone.closed() == 4401


async def test_a_token_in_the_first_frame_opens_too(given: Given, clients: Clients) -> None:
    agent, ticket = await given.staff(), await given.ticket()
    listener = LiveListener(await clients.open())
    await listener.send(token=agent.token)
    await listener.send(type="hello", last_seq=None)
    assert (await listener.frame())["type"] == "ready"
    await rename(given, ticket.id, "Heard")
    assert (await listener.change())["ticket"] == ticket.number


async def test_a_contacts_token_does_not_open_the_staffs_door(given: Given, clients: Clients) -> None:
    contact = await given.sign_in(await given.contact(), "contact")
    forged = contact.token.replace("atum_c_", "atum_s_")
    listener = LiveListener(await clients.open(additional_headers={"Cookie": f"atum_staff={forged}"}))
    assert await listener.closed() == 4401


@pytest.mark.parametrize(
    ("origin", "admitted"),
    [
        ("http://127.0.0.1:8000", False),
        ("https://desk.example.org", True),
        ("http://desk.example.org", False),
        ("https://evil.example", False),
        ("null", False),
    ],
)
async def test_only_our_own_pages_are_admitted(given: Given, clients: Clients, origin: str, admitted: bool) -> None:
    agent = await given.staff()
    headers = {"Cookie": f"atum_staff={agent.token}", "Origin": origin}
    if admitted:
        await clients.open(additional_headers=headers)
        return
    with pytest.raises(InvalidStatus) as refused:
        await clients.open(additional_headers=headers)
    assert refused.value.response.status_code == 403
    assert msgspec.json.decode(refused.value.response.body)["code"] == "cross_site_request"


async def test_a_client_that_sends_too_much_or_nonsense_is_closed(given: Given, clients: Clients) -> None:
    agent = await given.staff()
    busy = await clients.listen(agent)

    async def chatter() -> None:
        for _ in range(200):
            await busy.send(type="pong")
            await asyncio.sleep(0.001)

    with pytest.raises(ConnectionClosed):
        await chatter()
    assert busy.socket.close_code == 1008
    confused = await clients.listen(agent)
    await confused.socket.send("{not json")
    assert await confused.closed() == 1007
    huge = await clients.listen(agent)
    await huge.socket.send("x" * 70_000)
    assert await huge.closed() == 1009


async def test_health_names_what_the_service_depends_on(given: Given, live: LiveProcess) -> None:
    status, health = await live.get("/api/v1/health/ready")
    assert (status, health["status"]) == (200, "ok")
    assert health["dependencies"]["database"]["state"] == "ok"
    assert health["dependencies"]["ledger"]["seconds_since_read"] < scaled(2)
    assert health["dependencies"]["redis"]["state"] == "off"
    assert (await live.get("/api/v1/health/live"))[1]["status"] == "ok"
    status, problem = await live.get("/elsewhere")
    assert (status, problem["code"]) == (404, "not_found")


async def test_a_stopping_service_asks_its_clients_to_come_back(
    given: Given, live: LiveProcess, clients: Clients
) -> None:
    listener = await clients.listen(await given.staff())
    closing = asyncio.create_task(listener.closed())
    began_at = time.monotonic()
    assert await live.end() == 0
    assert time.monotonic() - began_at < scaled(3)
    assert await closing == 1012


async def test_presence_shows_who_else_is_on_a_ticket(given: Given, clients: Clients) -> None:
    anna, ben = await given.staff("Anna"), await given.staff("Ben")
    ticket = await given.ticket()
    of_anna, of_ben = await clients.listen(anna), await clients.listen(ben)
    await of_anna.send(type="presence", ticket=ticket.number, state="viewing")
    assert (await of_anna.frame()) == {"type": "presence", "ticket": ticket.number, "people": []}
    await of_ben.send(type="presence", ticket=ticket.number, state="typing")
    assert await of_ben.people() == [{"id": anna.id, "name": "Anna", "state": "viewing"}]
    assert await of_anna.people() == [{"id": ben.id, "name": "Ben", "state": "typing"}]
    await of_ben.socket.close()
    assert await of_anna.people() == []


async def test_presence_is_silent_about_tickets_one_may_not_see(given: Given, clients: Clients) -> None:
    sales, billing = await given.team(), await given.team()
    ticket = await given.ticket(team_id=billing)
    outsider = await given.staff("Out", teams=(sales,), sees_all_teams=False)
    contact_id = await given.contact()
    contact = await given.sign_in(contact_id, "contact")
    insider = await clients.listen(await given.staff("In"))
    for person in (outsider, contact):
        listener = await clients.listen(person)
        await listener.send(type="presence", ticket=ticket.number, state="viewing")
    await insider.send(type="presence", ticket=ticket.number, state="viewing")
    assert await insider.people() == []
    with pytest.raises(TimeoutError):
        await listener.frame(0.3)


async def test_the_service_goes_on_after_its_database_connections_are_lost(given: Given, clients: Clients) -> None:
    agent, ticket = await given.staff(), await given.ticket()
    listener = await clients.listen(agent)
    async with given.database.connection("atum_desk_worker") as connection:
        await connection.execute(
            """select pg_terminate_backend(pid) from pg_stat_activity
                where datname = current_database() and usename = 'atum_desk_worker' and pid <> pg_backend_pid()"""
        )
    await rename(given, ticket.id, "After the restart")
    assert (await listener.change())["ticket"] == ticket.number
