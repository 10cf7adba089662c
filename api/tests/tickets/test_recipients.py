"""Who a reply goes to: the requester alone, unless somebody else is named where everybody sees it."""

from __future__ import annotations

from typing import Any

import pytest

from atum_desk.outbox.public import mark_stopped, reply_address
from desk import Client, Desk
from factories import MadeTicket

MAILBOX = "support@atum.localhost"


@pytest.fixture
async def agent(shared_desk: Desk) -> Client:
    return await shared_desk.staff("Agent")


@pytest.fixture
async def ticket(shared_desk: Desk) -> MadeTicket:
    """A ticket with a requester and two participants."""
    cc_ids = tuple([await shared_desk.given.contact() for _ in range(2)])
    return await shared_desk.given.ticket(cc_ids=cc_ids)


async def replied(client: Client, ticket: MadeTicket, **body: Any) -> dict[str, Any]:
    body = {"kind": "reply", "text": "Try again.", **body}
    return await client.posted(f"/tickets/{ticket.number}/messages", body)


async def refused(client: Client, ticket: MadeTicket, status: int, **body: Any) -> dict[str, Any]:
    body = {"kind": "reply", "text": "Try again.", **body}
    answer = await client.post(f"/tickets/{ticket.number}/messages", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def addresses(people: list[dict[str, Any]]) -> list[str]:
    return [one["address"] for one in people]


async def mail_of(desk: Desk, message_id: int) -> dict[str, Any]:
    (row,) = await desk.rows("select * from outbox where message_id = $1", message_id)
    return row


async def people_of(client: Client, ticket: MadeTicket) -> tuple[str, list[str]]:
    found = await client.got(f"/tickets/{ticket.number}")
    return found["requester"]["email"], [one["email"] for one in found["cc"]]


# ---------------------------------------------------------------- who gets it
@pytest.mark.parametrize("choice", [{}, {"recipients": "requester"}, {"cc": []}])
async def test_a_reply_goes_to_the_requester_alone_unless_others_are_named(
    shared_desk: Desk, agent: Client, ticket: MadeTicket, choice: dict[str, Any]
) -> None:
    requester, participants = await people_of(agent, ticket)
    added = await replied(agent, ticket, **choice)
    message = added["message"]
    assert addresses(message["to"]) == [requester]
    assert (message["cc"], message["bcc"]) == ([], [])
    assert [one["email"] for one in added["ticket"]["cc"]] == participants
    mail = await mail_of(shared_desk, message["id"])
    assert addresses(mail["recipients"]) == [requester]
    assert (mail["cc"], mail["bcc"]) == ([], [])
    assert "/requests/" in mail["text"]


async def test_all_are_the_requester_and_every_participant(
    shared_desk: Desk, agent: Client, ticket: MadeTicket
) -> None:
    requester, participants = await people_of(agent, ticket)
    message = (await replied(agent, ticket, recipients="all"))["message"]
    assert addresses(message["to"]) == [requester]
    assert addresses(message["cc"]) == participants
    mail = await mail_of(shared_desk, message["id"])
    assert (addresses(mail["recipients"]), addresses(mail["cc"])) == ([requester], participants)
    assert "/requests/" not in mail["text"]


async def test_a_copy_comes_on_top_of_the_requester_and_drops_nobody(
    shared_desk: Desk, agent: Client, ticket: MadeTicket
) -> None:
    requester, participants = await people_of(agent, ticket)
    added = await replied(agent, ticket, cc=["New.One@Example.org"])
    assert addresses(added["message"]["to"]) == [requester]
    assert addresses(added["message"]["cc"]) == ["new.one@example.org"]
    assert await people_of(agent, ticket) == (requester, [*participants, "new.one@example.org"])
    again = await replied(agent, ticket)
    assert again["message"]["cc"] == []


async def test_who_is_named_in_to_gets_it_and_the_requester_does_not(
    shared_desk: Desk, agent: Client, ticket: MadeTicket
) -> None:
    requester, participants = await people_of(agent, ticket)
    to = {"address": "bob@example.net", "name": "Bob\n Builder"}
    message = (await replied(agent, ticket, to=[to], recipients="all"))["message"]
    assert message["to"] == [{"name": "Bob Builder", "address": "bob@example.net"}]
    assert addresses(message["cc"]) == participants
    alone = (await replied(agent, ticket, to=["bob@example.net"]))["message"]
    assert alone["to"] == [{"name": "Bob Builder", "address": "bob@example.net"}]
    assert alone["cc"] == []
    mail = await mail_of(shared_desk, alone["id"])
    assert "/requests/" not in mail["text"]  # that link speaks for the requester
    assert "/requests/" not in mail["html"]
    assert requester not in str(mail["recipients"])


async def test_a_blind_copy_is_in_the_envelope_and_in_sight_of_staff_only(
    shared_desk: Desk, agent: Client, ticket: MadeTicket
) -> None:
    requester, participants = await people_of(agent, ticket)
    message = (await replied(agent, ticket, bcc=["boss@example.net"]))["message"]
    assert addresses(message["bcc"]) == ["boss@example.net"]
    assert await people_of(agent, ticket) == (requester, participants)
    mail = await mail_of(shared_desk, message["id"])
    assert addresses(mail["bcc"]) == ["boss@example.net"]
    assert "/requests/" not in mail["text"]
    shown = await agent.got(f"/outbox/{mail['id']}")
    assert addresses(shown["bcc"]) == ["boss@example.net"]
    assert "boss@" not in str(shown["headers"]) + shown["text"] + shown["html"]
    thread = (await agent.got(f"/tickets/{ticket.number}"))["thread"]
    (shown,) = [one for one in thread if one.get("bcc")]
    assert addresses(shown["bcc"]) == ["boss@example.net"]
    requester_id = await shared_desk.value("select requester_id from tickets where id = $1", ticket.id)
    portal = await shared_desk.requester(requester_id)
    assert "boss@" not in str(await portal.got(f"/portal/tickets/{ticket.number}"))


async def test_everybody_gets_one_mail_however_often_they_are_named(agent: Client, ticket: MadeTicket) -> None:
    requester, _ = await people_of(agent, ticket)
    one = "one@example.org"
    message = (await replied(agent, ticket, cc=[one, "ONE@example.org", requester.upper()], bcc=[one, requester]))[
        "message"
    ]
    assert addresses(message["to"]) == [requester]
    assert addresses(message["cc"]) == [one]
    assert message["bcc"] == []


async def test_an_idempotent_reply_names_its_people_once(shared_desk: Desk, agent: Client, ticket: MadeTicket) -> None:
    body = {"kind": "reply", "text": "Once.", "cc": ["once@example.org"]}
    path, key = f"/tickets/{ticket.number}/messages", {"Idempotency-Key": f"cc-{ticket.number}"}
    first = await agent.post(path, json=body, headers=key)
    second = await agent.post(path, json=body, headers=key)
    assert (first.status_code, second.json()) == (201, first.json())
    assert await shared_desk.value("select count(*) from outbox where ticket_id = $1", ticket.id) == 1


# ---------------------------------------------------------------- who never does
async def test_addresses_of_ours_are_refused_where_they_are_typed(
    shared_desk: Desk, agent: Client, ticket: MadeTicket
) -> None:
    signed = reply_address(shared_desk.settings, MAILBOX, ticket.id)
    for field in ("to", "cc", "bcc"):
        for own in (MAILBOX, MAILBOX.upper(), "support+anything@atum.localhost", signed):
            problem = await refused(agent, ticket, 422, **{field: [own]})
            assert problem["errors"][0]["field"] == field
            assert "is an address of this desk" in problem["detail"]
    refused_too = await agent.post(f"/tickets/{ticket.number}/participants", json={"email": MAILBOX})
    assert (refused_too.status_code, refused_too.json()["errors"][0]["field"]) == (422, "email")


async def test_addresses_of_ours_among_the_participants_get_nothing(shared_desk: Desk, agent: Client) -> None:
    loops = await shared_desk.given.contact(email="support+loop@atum.localhost")
    ticket = await shared_desk.given.ticket(cc_ids=(loops,))
    message = (await replied(agent, ticket, recipients="all"))["message"]
    assert message["cc"] == []
    ours = await shared_desk.given.ticket(requester_id=loops)
    problem = await refused(agent, ours, 422)
    assert problem["errors"][0]["field"] == "to"
    others = (await replied(agent, ours, to=["else@example.org"]))["message"]
    assert addresses(others["to"]) == ["else@example.org"]


@pytest.mark.parametrize("field", ["to", "cc", "bcc"])
@pytest.mark.parametrize("typed", ["a@b.test>", "nobody", '"a"@b.test', "a@b.test\r\nBcc: x@y.example", "a@b.test."])
async def test_what_is_no_address_is_refused_with_its_field(
    shared_desk: Desk, agent: Client, ticket: MadeTicket, field: str, typed: str
) -> None:
    for given in (typed, {"address": typed, "name": "Ann"}):
        problem = await refused(agent, ticket, 422, **{field: [given]})
        assert problem["code"] == "validation_failed"
        assert problem["errors"][0]["field"] == field
    assert await shared_desk.value("select count(*) from outbox where ticket_id = $1", ticket.id) == 0


async def test_a_reply_to_nobody_is_refused_and_a_note_has_no_recipients(agent: Client, ticket: MadeTicket) -> None:
    assert (await refused(agent, ticket, 422, to=[]))["errors"][0]["field"] == "to"
    for named in ({"cc": ["a@example.org"]}, {"to": ["a@example.org"]}, {"recipients": "all"}):
        problem = await refused(agent, ticket, 422, kind="note", **named)
        assert problem["errors"][0]["field"] == next(iter(named))


async def test_a_stopped_address_is_named_if_it_is_among_those_who_get_this_reply(
    shared_desk: Desk, agent: Client, ticket: MadeTicket
) -> None:
    requester, participants = await people_of(agent, ticket)
    async with shared_desk.database.writing(shared_desk.given.system, "standing.mark") as work:
        await mark_stopped(work, participants[0], "5.1.1", "No such person.")
    await replied(agent, ticket)
    for named in ({"recipients": "all"}, {"bcc": [participants[0]]}, {"to": [participants[0]]}):
        problem = await refused(agent, ticket, 409, **named)
        assert problem["code"] == "address_stopped"
        assert [one["email"] for one in problem["stopped"]] == [participants[0]]
        assert requester not in problem["addresses"]


# ---------------------------------------------------------------- many
async def test_more_than_ten_people_are_asked_about_once(shared_desk: Desk, agent: Client, ticket: MadeTicket) -> None:
    many = [f"many{n}@example.org" for n in range(8)]
    await replied(agent, ticket, cc=many[:7], recipients="all")  # ten: nobody asks
    before = await people_of(agent, ticket)
    eleven = {"cc": [*many, "many9@example.org"], "bcc": ["hidden@example.org"]}
    problem = await refused(agent, ticket, 409, **eleven)
    assert (problem["code"], problem["count"]) == ("many_recipients", 11)
    assert len(problem["recipients"]) == 11
    assert "hidden@example.org" in problem["recipients"]
    assert "many9@example.org" in problem["detail"]
    assert await people_of(agent, ticket) == before  # nobody joined by a refused reply
    message = (await replied(agent, ticket, **eleven, confirm_recipients=True))["message"]
    assert len(message["cc"]) == 9


# ---------------------------------------------------------------- participants
async def test_participants_are_added_and_removed_by_name_and_both_can_be_undone(
    shared_desk: Desk, agent: Client, ticket: MadeTicket
) -> None:
    requester, participants = await people_of(agent, ticket)
    path = f"/tickets/{ticket.number}/participants"
    added = await agent.post(path, json={"email": "Pat@Example.org", "name": "Pat"})
    assert [one["email"] for one in added.json()["cc"]] == [*participants, "pat@example.org"]
    again = await agent.post(path, json={"email": "pat@example.org"})
    assert (again.status_code, again.headers.get("x-change-id")) == (200, None)
    unchanged = await agent.post(path, json={"email": requester})
    assert unchanged.headers.get("x-change-id") is None
    pat = added.json()["cc"][-1]["id"]
    portal = await shared_desk.requester(pat)
    assert (await portal.get(f"/portal/tickets/{ticket.number}")).status_code == 200
    removed = await agent.delete(f"{path}/{pat}")
    assert [one["email"] for one in removed.json()["cc"]] == participants
    assert (await portal.get(f"/portal/tickets/{ticket.number}")).status_code == 404
    gone = await agent.delete(f"{path}/{pat}")
    assert (gone.status_code, gone.json()["code"]) == (404, "participant_not_found")
    await agent.posted(f"/changes/{removed.headers['x-change-id']}/undo", status=200)
    assert (await people_of(agent, ticket))[1][-1] == "pat@example.org"
    await agent.posted(f"/changes/{added.headers['x-change-id']}/undo", status=409)


async def test_an_added_participant_is_undone(agent: Client, ticket: MadeTicket) -> None:
    before = await people_of(agent, ticket)
    path = f"/tickets/{ticket.number}/participants"
    added = await agent.post(path, json={"email": "undone@example.org"})
    await agent.posted(f"/changes/{added.headers['x-change-id']}/undo", status=200)
    assert await people_of(agent, ticket) == before


async def test_participants_of_what_one_may_not_see_or_change(shared_desk: Desk, ticket: MadeTicket) -> None:
    path = f"/tickets/{ticket.number}/participants"
    auditor = await shared_desk.staff("Auditor")
    other = await shared_desk.staff(teams=(await shared_desk.given.team(),), sees_all_teams=False)
    for client, status in ((auditor, 403), (other, 404), (shared_desk.client(), 401)):
        added = await client.post(path, json={"email": "x@example.org"})
        removed = await client.delete(f"{path}/1")
        assert (added.status_code, removed.status_code) == (status, status)
    assert (await auditor.post(path, json={"email": "a@b.test>"})).status_code in (403, 422)


async def test_the_author_of_a_message_can_be_answered(shared_desk: Desk, agent: Client, ticket: MadeTicket) -> None:
    requester, _ = await people_of(agent, ticket)
    await replied(agent, ticket)
    thread = (await agent.got(f"/tickets/{ticket.number}"))["thread"]
    first, ours = [one for one in thread if one["type"] == "message"]
    assert first["author_email"] == requester
    assert ours["author_email"] is None


# ---------------------------------------------------------------- while it waits
async def test_an_edited_reply_keeps_its_people_whoever_joined_since(
    shared_desk: Desk, agent: Client, ticket: MadeTicket
) -> None:
    sent = await replied(agent, ticket, to=["only@example.org"], bcc=["blind@example.org"])
    message = sent["message"]
    await agent.posted(f"/tickets/{ticket.number}/participants", {"email": "later@example.org"}, 200)
    edited = await agent.patched(f"/messages/{message['id']}", {"text": "Try harder."})
    assert addresses(edited["message"]["to"]) == ["only@example.org"]
    mail = await mail_of(shared_desk, message["id"])
    assert addresses(mail["recipients"]) == ["only@example.org"]
    assert (mail["cc"], addresses(mail["bcc"])) == ([], ["blind@example.org"])
    assert "Try harder." in mail["text"]
    assert "/requests/" not in mail["text"]


async def test_a_waiting_reply_is_readdressed_and_that_is_undone(
    shared_desk: Desk, agent: Client, ticket: MadeTicket
) -> None:
    requester, participants = await people_of(agent, ticket)
    message = (await replied(agent, ticket))["message"]
    path = f"/messages/{message['id']}"
    refused: list[dict[str, list[str]]] = [{"to": ["a@b.test>"]}, {"cc": [MAILBOX]}, {"to": []}]
    for bad in refused:
        assert (await agent.patch(path, json=bad)).status_code == 422
    changed = await agent.patched(path, {"recipients": "all", "bcc": ["blind@example.org"]})
    assert changed["message"]["text"] == "Try again."
    assert addresses(changed["message"]["cc"]) == participants
    mail = await mail_of(shared_desk, message["id"])
    assert (addresses(mail["cc"]), addresses(mail["bcc"])) == (participants, ["blind@example.org"])
    assert "/requests/" not in mail["text"]
    assert "Try again." in mail["text"]
    await agent.posted(f"/changes/{changed['change_id']}/undo", status=200)
    mail = await mail_of(shared_desk, message["id"])
    assert (addresses(mail["recipients"]), mail["cc"], mail["bcc"]) == ([requester], [], [])
    assert "/requests/" in mail["text"]


# ---------------------------------------------------------------- everywhere else
async def test_every_form_that_takes_an_address_refuses_what_is_none(shared_desk: Desk) -> None:
    admin = await shared_desk.administrator()
    bad = "a@b.test>"
    team_id = await shared_desk.given.first_team()
    role_id = await shared_desk.value("select min(id) from roles where name = 'Agent'")
    opened = {"subject": "x", "text": "x", "requester": {"email": bad}}
    ask = {"name": "Ann", "email": bad, "subject": "x", "text": "x"}
    cases: list[tuple[Client, str, dict[str, Any], str]] = [
        (admin, "/contacts", {"name": "Ann", "email": bad}, "email"),
        (admin, "/people", {"name": "Ann", "email": bad, "role_id": role_id}, "email"),
        (admin, "/mailboxes", {"name": "M", "address": bad, "team_id": team_id}, "address"),
        (admin, "/tickets", opened, "requester.email"),
        (shared_desk.client(), "/portal/tickets", ask, "email"),
    ]
    for client, path, body, field in cases:
        answer = await client.post(path, json=body)
        assert answer.status_code == 422, f"{path}: {answer.text}"
        assert answer.json()["errors"][0]["field"].endswith(field), answer.text
    mailbox = (await admin.got("/mailboxes"))["items"][0]
    changed = await admin.patch(f"/mailboxes/{mailbox['id']}", json={"address": "a@b.test\x7f"})
    assert changed.status_code == 422
