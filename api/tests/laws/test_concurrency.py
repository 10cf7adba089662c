"""Many at once: numbers that never repeat, one effect per key, one winner per undo, and no deadlock."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import httpx
import pytest

from desk import Client, Desk
from waiting import until

NEW = {"subject": "At once", "text": "x", "requester": {"email": "ann@example.org", "name": "Ann"}}


async def count(desk: Desk, table: str) -> int:
    return await desk.value(f"select count(*) from {table}")


async def test_twenty_who_open_at_once_get_numbers_of_their_own(desk: Desk) -> None:
    clients = [await desk.staff() for _ in range(20)]
    strangers = [{"requester": {"email": f"new{n}@example.org"}} for n in range(20)]
    answers = await asyncio.gather(
        *(c.post("/tickets", json={**NEW, **s}) for c, s in zip(clients, strangers, strict=True))
    )
    assert {a.status_code for a in answers} == {201}
    refused = [c.post("/tickets", json={**NEW, "team_id": 99_999}) for c in clients[:10]]
    mixed = await asyncio.gather(*refused, *(c.post("/tickets", json=NEW) for c in clients[10:]))
    numbers = sorted(a.json()["number"] for a in (*answers, *mixed) if a.is_success)
    # Those who were refused left holes.
    assert len(set(numbers)) == 30
    assert numbers[:20] == list(range(1, 21))
    assert numbers[-1] <= 40


async def test_a_stranger_who_writes_twice_at_once_becomes_one_contact(desk: Desk) -> None:
    clients = [await desk.staff() for _ in range(6)]
    answers = await asyncio.gather(*(c.post("/tickets", json=NEW) for c in clients))
    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["requester"]["id"] for a in answers}) == 1
    assert await desk.value("select count(*) from addresses where email = 'ann@example.org'") == 1


async def test_of_many_who_saw_the_same_version_one_writes(desk: Desk) -> None:
    ticket = await desk.given.ticket()
    clients = [await desk.staff() for _ in range(8)]
    answers = await asyncio.gather(
        *(
            c.patch(f"/tickets/{ticket.number}", json={"subject": f"Mine {n}"}, headers={"If-Match": '"1"'})
            for n, c in enumerate(clients)
        )
    )
    assert sorted(a.status_code for a in answers) == [200, *[412] * 7]
    [winner] = [a.json()["subject"] for a in answers if a.is_success]
    assert (await clients[0].got(f"/tickets/{ticket.number}"))["subject"] == winner


WAITING_FOR_A_LOCK = "select exists (select from pg_locks where not granted)"
WRITES: tuple[tuple[str, str, dict[str, Any] | None], ...] = (
    ("post", "/tickets", NEW),
    ("post", "/tickets/1/messages", {"kind": "reply", "text": "once"}),
    ("patch", "/tickets/1", {"priority": "urgent"}),
    ("post", "/contacts", {"name": "Once", "email": "once@example.org"}),
    ("post", "/teams", {"name": "Once"}),
)


@pytest.mark.parametrize(("method", "path", "body"), WRITES, ids=[path for _, path, _ in WRITES])
async def test_a_double_submit_has_one_effect_and_equal_answers(
    desk: Desk, method: str, path: str, body: dict[str, Any]
) -> None:
    await desk.given.ticket()
    client = await desk.administrator()
    before = await count(desk, "changes")

    async def submit() -> httpx.Response:
        return await client.request(method, path, json=body, headers={"Idempotency-Key": "double"})

    answers = [*await asyncio.gather(*(submit() for _ in range(5))), await submit()]
    assert {a.status_code for a in answers} == {answers[0].status_code}
    assert answers[0].is_success
    assert len({a.content for a in answers}) == 1
    assert len({a.headers["x-change-id"] for a in answers}) == 1
    assert sum(a.headers.get("idempotent-replay") == "true" for a in answers) == 5
    assert await count(desk, "changes") == before + 1


async def test_a_double_reply_of_a_requester_is_one_message(desk: Desk) -> None:
    contact_id = await desk.given.contact()
    ticket = await desk.given.ticket(requester_id=contact_id)
    requester = await desk.requester(contact_id)

    async def submit() -> httpx.Response:
        body = {"text": "Still broken."}
        return await requester.post(
            f"/portal/tickets/{ticket.number}/messages", json=body, headers={"Idempotency-Key": "twice"}
        )

    answers = [*await asyncio.gather(submit(), submit(), submit()), await submit()]
    assert {a.status_code for a in answers} == {201}
    assert len({a.content for a in answers}) == 1
    assert await desk.value("select count(*) from messages where ticket_id = $1", ticket.id) == 2


async def test_a_key_stands_for_one_request_of_one_person(desk: Desk) -> None:
    one, other = await desk.staff(), await desk.staff()
    key = {"Idempotency-Key": "k" * 200}
    first = await one.posted("/tickets", NEW, headers=key)
    reused = await one.post("/tickets", json={**NEW, "subject": "Other"}, headers=key)
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")
    elsewhere = await one.post("/contacts", json={"name": "A", "email": "a@b.example"}, headers=key)
    assert elsewhere.json()["code"] == "idempotency_key_reused"
    assert (await other.posted("/tickets", NEW, headers=key))["number"] == first["number"] + 1
    for bad in ("", "k" * 201):
        answer = await one.post("/tickets", json=NEW, headers={"Idempotency-Key": bad})
        assert answer.status_code in (201, 422)
        assert bad == "" or answer.json()["errors"][0]["field"] == "Idempotency-Key"


async def test_a_refused_write_does_not_use_its_key_up(desk: Desk) -> None:
    client = await desk.staff()
    key = {"Idempotency-Key": "again"}
    refused = await client.post("/tickets", json={**NEW, "team_id": 99_999}, headers=key)
    assert refused.status_code == 422
    repeated = await client.post("/tickets", json={**NEW, "team_id": 99_999}, headers=key)
    assert repeated.json() == refused.json()
    assert (await client.post("/tickets", json=NEW, headers=key)).status_code == 201


async def test_signing_out_with_a_key_ends_quietly(desk: Desk) -> None:
    client = await desk.staff()
    assert (await client.delete("/session", headers={"Idempotency-Key": "bye"})).status_code == 204
    assert (await client.delete("/session", headers={"Idempotency-Key": "bye"})).status_code == 401


async def test_of_two_undos_at_once_one_wins(desk: Desk) -> None:
    clients = [await desk.administrator() for _ in range(4)]
    ticket = await desk.given.ticket()
    contact = await clients[0].posted("/contacts", {"name": "A", "email": "a@b.example"})
    made = [
        await clients[0].patch(f"/tickets/{ticket.number}", json={"priority": "high"}),
        await clients[0].patch(f"/contacts/{contact['id']}", json={"name": "B"}),
        await clients[0].post("/organizations", json={"name": "O", "domains": ["o.example"]}),
        await clients[0].patch(f"/tickets/{ticket.number}", json={"tags": ["x"], "status": "waiting"}),
    ]
    for answer in made:
        change_id = answer.headers["x-change-id"]
        undone = await asyncio.gather(*(c.post(f"/changes/{change_id}/undo") for c in clients))
        assert sorted(a.status_code for a in undone) == [200, 409, 409, 409], [a.text for a in undone]
    assert await desk.value("select count(*) from changes where undo_of is not null") == 4


async def test_bulk_edits_and_their_undos_in_all_orders_never_deadlock(desk: Desk) -> None:
    numbers = [(await desk.given.ticket()).number for _ in range(12)]
    clients = [await desk.administrator() for _ in range(4)]

    async def edit(client: Client, order: list[int], turn: int) -> None:
        body = {"numbers": order, "set": {"priority": ("low", "high")[turn % 2]}, "add_tags": [f"t{turn}"]}
        done = await client.post("/tickets/bulk", json=body)
        assert done.status_code == 200, done.text
        if change_id := done.json()["change_id"]:
            undone = await client.post(f"/changes/{change_id}/undo")
            assert undone.status_code in (200, 409), undone.text

    orders = [numbers, numbers[::-1], numbers[6:] + numbers[:6], numbers[::2] + numbers[1::2]]
    for turn in range(4):
        singles = (
            c.patch(f"/tickets/{n}", json={"type": "task"})
            for c, n in zip(clients, itertools.cycle(numbers), strict=False)
        )
        done = await asyncio.gather(
            *(edit(c, o, turn + n) for n, (c, o) in enumerate(zip(clients, orders, strict=True))), *singles
        )
        assert all(a and a.status_code == 200 for a in done[4:])


async def test_replies_at_once_are_all_kept_and_counted(desk: Desk) -> None:
    contact_id = await desk.given.contact()
    ticket = await desk.given.ticket(requester_id=contact_id)
    agents, requester = [await desk.staff() for _ in range(5)], await desk.requester(contact_id)
    answers = await asyncio.gather(
        *(
            a.post(f"/tickets/{ticket.number}/messages", json={"kind": k, "text": "x"})
            for a in agents
            for k in ("reply", "note")
        ),
        *(requester.post(f"/portal/tickets/{ticket.number}/messages", json={"text": "y"}) for _ in range(5)),
    )
    assert {a.status_code for a in answers} == {201}
    after = await agents[0].got(f"/tickets/{ticket.number}")
    assert after["message_count"] == 16 == len([i for i in after["thread"] if i["type"] == "message"])


async def test_a_reply_that_waited_for_its_ticket_goes_to_whoever_asks_by_then(desk: Desk) -> None:
    old, new = await desk.given.contact(), await desk.given.contact(email="later@example.org")
    ticket = await desk.given.ticket(requester_id=old)
    client, given = await desk.staff(), desk.given
    async with given.database.writing(given.system, "ticket.update") as work:
        await work.execute("update tickets set requester_id = $2 where id = $1", ticket.id, new)
        replying = asyncio.create_task(
            client.posted(f"/tickets/{ticket.number}/messages", {"kind": "reply", "text": "Here."})
        )
        await until(lambda: desk.value(WAITING_FOR_A_LOCK))
    assert [to["address"] for to in (await replying)["message"]["to"]] == ["later@example.org"]
