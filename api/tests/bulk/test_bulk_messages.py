"""Replies and notes to many: filled in for each ticket, held until somebody had time to undo them, and sent once."""

from __future__ import annotations

from typing import Any

from bulk_runs import begun, counts, done, undone
from desk import Client, Desk

TEXT = """Dear {{ requester.first_name }},

{% if ticket.priority == "urgent" %}We are on it.{% else %}{{ ticket.subject | upcase }} (#{{ ticket.number }}) waits with {{ ticket.team }}.{% endif %}
{{ agent.name }}, {{ organization.name | default: "no organization" }}"""


async def waiting_mail(desk: Desk) -> list[dict[str, Any]]:
    return await desk.rows("select state, held_until, text, recipients from outbox order by ticket_id")


async def answered(desk: Desk, client: Client, people: list[int], **actions: Any) -> dict[str, Any]:
    numbers = [(await desk.given.ticket(f"Printer {n}", requester_id=one)).number for n, one in enumerate(people)]
    actions = {"message": {"kind": "reply", "text": TEXT}, **actions}
    return await done(desk, client, await begun(client, actions, numbers=numbers))


async def test_each_gets_a_reply_of_their_own_which_waits_and_is_taken_back(desk: Desk) -> None:
    client = desk.client(await desk.given.staff("Ada Agent", role="Administrator"))
    organization = await desk.given.organization("Miller")
    people = [
        await desk.given.contact("Mina Berg", "mina@example.org", organization_id=organization),
        await desk.given.contact("Otto", "otto@example.org"),
    ]
    report = await answered(desk, client, people, set={"priority": "high"})
    assert counts(report) == ("done", 2, 0, 0)
    first, second = await waiting_mail(desk)
    assert first["text"].startswith("Dear Mina,\n\nPRINTER 0 (#")
    assert "Ada Agent, Miller" in first["text"]
    assert second["text"].startswith("Dear Otto,")
    assert "Ada Agent, no organization" in second["text"]
    assert [one["recipients"][0]["address"] for one in (first, second)] == ["mina@example.org", "otto@example.org"]
    assert {one["state"] for one in (first, second)} == {"held"}
    # Not before the run was over and somebody had a minute to look at its report.
    left = await desk.rows(
        "select o.held_until >= r.mail_at as waits, r.mail_at > r.finished_at as after from outbox o, bulk_runs r"
    )
    assert left == [{"waits": True, "after": True}] * 2
    assert (
        await desk.value("select count(*) from tickets t join statuses s on s.id = t.status_id where s.key = 'open'")
        == 2
    )
    assert counts(await undone(desk, client, report)) == ("done", 2, 0, 0)
    assert await waiting_mail(desk) == []
    assert await desk.value("select count(*) from messages where from_staff") == 0
    assert await desk.value("select count(*) from tickets where priority = 2 and message_count = 1") == 2


async def test_a_mail_that_left_stays_and_the_undo_says_so(desk: Desk) -> None:
    client = await desk.administrator()
    people = [await desk.given.contact() for _ in range(2)]
    report = await answered(desk, client, people)
    async with desk.database.writing(desk.given.system, "test.write") as work:
        # As the sender takes it.
        for state in ("queued", "sending", "sent"):
            await work.execute("update outbox set state = $1 where id = (select min(id) from outbox)", state)
    taken_back = await undone(desk, client, report)
    assert counts(taken_back) == ("done", 1, 0, 1)
    assert taken_back["refused_items"][0]["problem"]["code"] == "not_undoable"


async def test_a_note_goes_to_nobody_and_an_empty_text_is_refused_for_its_ticket(desk: Desk) -> None:
    client = await desk.administrator()
    nameless = (await desk.given.ticket("Blank")).number
    named = (await desk.given.ticket("Named")).number
    text = '{% unless ticket.subject == "Blank" %}Seen by {{ agent.first_name }}.{% endunless %}'
    run = await begun(client, {"message": {"kind": "note", "text": text}}, numbers=[nameless, named])
    report = await done(desk, client, run)
    assert counts(report) == ("done", 1, 0, 1)
    assert report["refused_items"][0]["number"] == nameless
    assert report["refused_items"][0]["problem"]["code"] == "validation_failed"
    assert await waiting_mail(desk) == []
    assert await desk.value("select count(*) from messages where kind = 'note'") == 1


async def test_a_preview_counts_and_fills_in_for_the_first_few(desk: Desk) -> None:
    client = await desk.administrator()
    contact = await desk.given.contact("Mina Berg")
    for n in range(7):
        await desk.given.ticket(f"Printer {n}", requester_id=contact)
    actions = {"message": {"kind": "reply", "text": "Hello {{ requester.name }}: {{ ticket.subject }}"}}
    told = await client.posted("/bulk/preview", {"actions": actions, "search": {"view": "all"}}, 200)
    assert (told["count"], len(told["samples"])) == (7, 5)
    assert told["samples"][0]["text"] == "Hello Mina Berg: Printer 0"
    assert "requester.first_name" in told["variables"]
    assert await desk.value("select count(*) from messages where from_staff") == 0


async def test_who_may_not_reply_begins_no_reply(desk: Desk) -> None:
    auditor = await desk.staff("Auditor")
    ticket = await desk.given.ticket()
    body = {"actions": {"message": {"kind": "reply", "text": "x"}}, "numbers": [ticket.number]}
    assert (await auditor.post("/bulk", json=body)).status_code == 403
