"""A thread of any length: read part by part, with what is unread, at a bounded cost."""

from __future__ import annotations

from typing import Any

import pytest

from desk import Client, Desk
from long_tickets import long_ticket
from round_trips import counted_round_trips

LONG = 2_000
PART = 50
# Enter and the statement, and once more for what lies before the newest part.
READS_OF_A_LONG_TICKET = 2
READS_OF_A_PART = 3
# Of fifty messages of two lines each and their changes, whatever lies before them.
MOST_BYTES = 120_000


def ids(items: list[dict[str, Any]]) -> list[int]:
    return [one["id"] for one in items if one["type"] == "message"]


async def whole_thread(client: Client, number: int) -> list[int]:
    """Return every message by walking upwards from the newest part."""
    ticket = await client.got(f"/tickets/{number}")
    found, cursor = ids(ticket["thread"]), ticket["thread_cursor"]
    while cursor:
        part = await client.got(f"/tickets/{number}/thread", before=cursor)
        assert part["earlier"] == 0 or part["next_cursor"]
        found, cursor = ids(part["items"]) + found, part["next_cursor"]
    return found


async def test_a_long_ticket_comes_with_its_newest_part_and_its_first_message(desk: Desk) -> None:
    client = await desk.administrator()
    made = await long_ticket(desk.given, 120)
    ticket = await client.got(f"/tickets/{made.number}")
    assert len(ids(ticket["thread"])) == PART
    assert ticket["thread_earlier"] == 70
    assert ticket["thread_cursor"] == str(ids(ticket["thread"])[0])
    every = await whole_thread(client, made.number)
    assert every == sorted(set(every))
    assert len(every) == 120
    assert ticket["first_message"]["id"] == every[0]


async def test_a_thread_that_fits_has_nothing_before_it(desk: Desk) -> None:
    client = await desk.administrator()
    made = await long_ticket(desk.given, PART)
    ticket = await client.got(f"/tickets/{made.number}")
    assert len(ids(ticket["thread"])) == PART
    assert (ticket["thread_cursor"], ticket["thread_earlier"], ticket["first_message"]) == (None, 0, None)


async def test_parts_are_asked_for_in_both_directions_between_bounds_and_around_a_message(desk: Desk) -> None:
    client = await desk.administrator()
    made = await long_ticket(desk.given, 200)
    every = await whole_thread(client, made.number)
    path = f"/tickets/{made.number}/thread"

    down = await client.got(path, after=every[0], limit=30)
    assert ids(down["items"]) == every[1:31]
    assert (down["earlier"], down["newer_cursor"]) == (1, str(every[30]))
    between = await client.got(path, after=every[30], before=every[61], limit=200)
    assert ids(between["items"]) == every[31:61]
    assert between["earlier"] == 31
    around = await client.got(path, around=every[100], limit=20)
    assert ids(around["items"]) == every[90:110]
    within = await client.got(path, around=every[100], after=every[97], before=every[103])
    assert ids(within["items"]) == every[98:103]
    last = await client.got(path, after=every[180])
    assert ids(last["items"]) == every[181:]
    assert last["newer_cursor"] is None
    first = await client.got(path, before=every[10])
    assert ids(first["items"]) == every[:10]
    assert (first["earlier"], first["next_cursor"]) == (0, None)
    assert (await client.got(path, after=every[-1]))["items"] == []


async def test_a_thread_that_is_read_again_keeps_its_beginning_as_far_as_it_may(desk: Desk) -> None:
    client = await desk.administrator()
    made = await long_ticket(desk.given, 300)
    every = await whole_thread(client, made.number)
    grown = await client.got(f"/tickets/{made.number}", thread_from=every[-60])
    assert ids(grown["thread"]) == every[-60:]
    assert grown["thread_earlier"] == 240
    cut = await client.got(f"/tickets/{made.number}", thread_from=every[10])
    assert ids(cut["thread"]) == every[-200:]
    assert cut["thread_earlier"] == 100


async def test_what_is_said_aside_is_no_part_of_the_thread_and_not_counted(desk: Desk) -> None:
    client = await desk.administrator()
    made = await long_ticket(desk.given, 60)
    body = {"to": ["supplier@parts.example"], "subject": "Pump", "text": "Do you have one?"}
    await client.posted(f"/tickets/{made.number}/conversations", body)
    assert (await client.got(f"/tickets/{made.number}"))["thread_earlier"] == 10


async def test_the_first_unread_message_is_the_oldest_of_others_since_the_last_visit(desk: Desk) -> None:
    client = await desk.administrator()
    colleague = desk.client(await desk.given.staff("Bo"))
    made = await long_ticket(desk.given, 60)
    path = f"/tickets/{made.number}"
    assert (await client.got(path))["first_unread_id"] is None, "who was never here has no last visit"
    assert (await client.post(f"{path}/read")).status_code == 204
    assert (await client.got(path))["first_unread_id"] is None
    own = (await client.posted(f"{path}/messages", {"kind": "note", "text": "Mine."}))["message"]["id"]
    assert (await client.got(path))["first_unread_id"] is None
    theirs = (await colleague.posted(f"{path}/messages", {"kind": "note", "text": "Theirs."}))["message"]["id"]
    assert theirs > own
    assert (await client.got(path))["first_unread_id"] == theirs
    await colleague.posted(f"{path}/messages", {"kind": "note", "text": "Another."})
    assert (await client.got(path))["first_unread_id"] == theirs
    assert (await client.post(f"{path}/read")).status_code == 204
    assert (await client.got(path))["first_unread_id"] is None


async def test_the_first_unread_message_is_found_before_the_newest_part(desk: Desk) -> None:
    reader = await desk.given.staff(role="Administrator")
    client = desk.client(reader)
    made = await long_ticket(desk.given, 200)
    every = await whole_thread(client, made.number)
    async with desk.database.writing(desk.given.system, "ticket.open") as work:
        await work.execute(
            "update messages set created_at = moment() - interval '3 days' where ticket_id = $1 and id < $2",
            made.id,
            every[90],
        )
    await client.post(f"/tickets/{made.number}/read")
    async with desk.database.marking(reader.actor) as transaction:
        await transaction.execute(
            "update ticket_reads set read_at = moment() - interval '2 days' where ticket_id = $1", made.id
        )
    assert (await client.got(f"/tickets/{made.number}"))["first_unread_id"] == every[90]


async def test_reading_two_thousand_messages_takes_as_many_statements_and_bytes_as_a_hundred(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await desk.administrator()
    made = [await long_ticket(desk.given, messages) for messages in (100, LONG)]
    await client.got(f"/tickets/{made[0].number}")
    seen = counted_round_trips(monkeypatch)
    sizes = []
    for one in made:
        seen.clear()
        answer = await client.get(f"/tickets/{one.number}")
        assert len(seen) == READS_OF_A_LONG_TICKET, seen
        sizes.append(len(answer.content))
        oldest = ids(answer.json()["thread"])[0]
        seen.clear()
        await client.got(f"/tickets/{one.number}/thread", before=oldest)
        assert len(seen) == READS_OF_A_PART, seen
    assert max(sizes) < MOST_BYTES
    assert max(sizes) < min(sizes) * 1.1
