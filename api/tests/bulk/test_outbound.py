"""One ticket for each of many people: who gets one, what they read, and that all of it is taken back as one."""

from __future__ import annotations

from typing import Any

from bulk_runs import counts, done, undone
from desk import Client, Desk

TEXT = "Dear {{ requester.first_name }},\n\n{{ ticket.subject }} (#{{ ticket.number }}) {{ agent.name }}"


def request(*people: Any, **more: Any) -> dict[str, Any]:
    return {"people": list(people), "subject": "Recall of lot 7", "text": TEXT, **more}


async def opened(desk: Desk, client: Client, *people: Any, **more: Any) -> dict[str, Any]:
    return await done(desk, client, await client.posted("/bulk/outbound", request(*people, **more), 202))


async def items_of(client: Client, report: dict[str, Any]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await client.got(f"/bulk/{report['id']}/tickets"))["items"]
    return items


async def test_each_gets_a_ticket_and_a_mail_of_their_own_which_one_undo_takes_back(desk: Desk) -> None:
    client = desk.client(await desk.given.staff("Ada Agent", role="Administrator"))
    await desk.given.contact("Mina Berg", "mina@example.org")
    before = await desk.value("select count(*) from people where kind = 'contact'")
    report = await opened(
        desk,
        client,
        "mina@example.org",
        {"name": "Otto Wolf", "address": "otto@example.org"},
        priority="high",
        tags=["lot7"],
    )
    assert counts(report) == ("done", 2, 0, 0)
    first, second = await items_of(client, report)
    assert [one["address"] for one in (first, second)] == ["mina@example.org", "otto@example.org"]
    ticket = await client.got(f"/tickets/{first['opened']}")
    assert (ticket["subject"], ticket["priority"], ticket["tags"]) == ("Recall of lot 7", "high", ["lot7"])
    assert ticket["requester"]["name"] == "Mina Berg"
    assert ticket["status"]["category"] == "open"
    expected = f"Dear Mina,\n\nRecall of lot 7 (#{first['opened']}) Ada Agent"
    assert await desk.value("select text from messages order by id limit 1") == expected
    assert await desk.value("select preview from tickets where number = $1", first["opened"]) == " ".join(
        expected.split()
    )
    mails = await desk.rows(
        """select o.state, o.text, o.recipients, o.held_until >= r.mail_at as waits, m.shown_at >= r.mail_at as hidden
             from outbox o join messages m on m.id = o.message_id, bulk_runs r order by o.id"""
    )
    assert [one["recipients"][0]["address"] for one in mails] == ["mina@example.org", "otto@example.org"]
    assert mails[0]["text"].startswith(expected)
    assert mails[1]["text"].startswith("Dear Otto,")
    assert {(one["state"], one["waits"], one["hidden"]) for one in mails} == {("held", True, True)}

    taken_back = await undone(desk, client, report)
    assert counts(taken_back) == ("done", 2, 0, 0)
    for table in ("tickets", "messages", "outbox"):
        assert await desk.value(f"select count(*) from {table}") == 0, table
    assert await desk.value("select count(*) from people where kind = 'contact'") == before
    # Its mail would leave at once.
    assert taken_back["can_undo"] is False
    refusal = await client.post(f"/bulk/{taken_back['id']}/undo")
    assert (refusal.status_code, refusal.json()["code"]) == (409, "bulk_taken_back_for_good")


async def test_who_cannot_be_written_to_is_told_with_the_reason_and_stops_nobody(desk: Desk) -> None:
    client = await desk.administrator()
    colleague = await desk.given.staff("Colleague")
    await desk.given.contact("Gone", "gone@example.org")
    async with desk.database.writing(desk.given.system, "test.write") as work:
        work.may_be_empty = True
        await work.execute(
            """insert into address_standings (workspace_id, email, words)
               values (ctx_workspace(), 'gone@example.org', 'No such user.')"""
        )
    people = [
        "one@example.org",
        "ONE@example.org",
        "support+x1z@atum.localhost",
        f"agent{colleague.id}@atum.localhost",
        "no address",
        "gone@example.org",
        "two@example.org",
    ]
    codes = {
        2: "bulk_named_twice",
        3: "validation_failed",
        4: "requester_is_staff",
        5: "validation_failed",
        6: "address_stopped",
    }
    preview = await client.posted("/bulk/outbound/preview", request(*people), 200)
    assert preview["count"] == 2
    assert {one["place"]: one["problem"]["code"] for one in preview["refused"]} == codes
    assert [one["address"] for one in preview["samples"]] == ["one@example.org", "two@example.org"]
    assert preview["samples"][0]["text"].startswith("Dear one@example.org,\n\nRecall of lot 7")
    assert await desk.value("select count(*) from tickets") == 0
    report = await opened(desk, client, *people)
    assert counts(report) == ("done", 2, 0, 5)
    assert {one["number"]: one["problem"]["code"] for one in report["refused_items"]} == codes
    assert report["refused_items"][3]["address"] == "no address"
    sent_to = [one["recipients"][0]["address"] for one in await desk.rows("select recipients from outbox order by id")]
    assert sent_to == ["one@example.org", "two@example.org"]
    nobody = await client.post("/bulk/outbound", json=request(*people[2:6]))
    assert (nobody.status_code, nobody.json()["code"]) == (422, "bulk_nobody_to_write_to")


async def test_it_takes_what_opening_and_sending_one_takes(desk: Desk) -> None:
    for missing in ("ticket:open", "ticket:reply", "ticket:assign"):
        role = sorted({"ticket:read", "ticket:open", "ticket:reply", "ticket:assign"} - {missing})
        name = f"Without {missing}"
        async with desk.database.writing(desk.given.system, "role.make") as work:
            await work.execute(
                "insert into roles (workspace_id, name, permissions) values (ctx_workspace(), $1, $2)", name, role
            )
            work.summary = {"name": name}
        client = await desk.staff(name)
        me = (await client.got("/me"))["person"]["id"]
        answer = await client.post("/bulk/outbound", json=request("one@example.org", assignee_id=me))
        assert (answer.status_code, answer.json().get("permission")) == (403, missing)
    assert await desk.value("select count(*) from bulk_runs") == 0


async def test_what_a_ticket_cannot_have_is_refused_for_each_and_nothing_is_left(desk: Desk) -> None:
    client = await desk.administrator()
    report = await opened(desk, client, "one@example.org", "two@example.org", team_id=999_999)
    assert counts(report) == ("done", 0, 0, 2)
    assert {one["problem"]["code"] for one in report["refused_items"]} == {"team_unknown"}
    assert await desk.value("select count(*) from people where kind = 'contact'") == 0
    blank = await opened(desk, client, "one@example.org", text="{% if ticket.number == 0 %}x{% endif %}")
    assert blank["refused_items"][0]["problem"]["code"] == "validation_failed"
    assert await desk.value("select count(*) from tickets") == 0


async def test_a_mail_that_left_keeps_its_ticket_when_the_run_is_undone(desk: Desk) -> None:
    client = await desk.administrator()
    report = await opened(desk, client, "one@example.org", "two@example.org")
    async with desk.database.writing(desk.given.system, "test.write") as work:
        for state in ("queued", "sending", "sent"):
            await work.execute("update outbox set state = $1 where id = (select min(id) from outbox)", state)
    taken_back = await undone(desk, client, report)
    assert counts(taken_back) == ("done", 1, 0, 1)
    assert taken_back["refused_items"][0]["problem"]["code"] == "not_undoable"
    assert await desk.value("select count(*) from tickets") == 1


async def test_a_redacted_message_is_gone_from_what_the_run_was_asked(desk: Desk) -> None:
    client = await desk.administrator()
    report = await opened(desk, client, "one@example.org", text="The code is 4711.")
    [item] = await items_of(client, report)
    message_id = await desk.value("select id from messages")
    path = f"/tickets/{item['opened']}/messages/{message_id}/redact"
    assert (await client.post(path, json={"parts": ["body"], "reason": "A secret"})).status_code < 300
    assert await desk.value("select request ->> 'text' from bulk_runs") == "[redacted]"
