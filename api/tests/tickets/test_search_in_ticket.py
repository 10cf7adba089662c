"""Search within one ticket: the same words as everywhere, in all of its messages and in no others."""

from __future__ import annotations

from typing import Any

from atum_desk.tickets.jobs import learn_words_of
from desk import Client, Desk


async def written(desk: Desk, client: Client, *texts: str, kind: str = "note") -> tuple[int, list[int]]:
    """Make a ticket with these messages, learn its words, and return its number and their ids."""
    ticket = await desk.given.ticket("Pumpe", requester_id=await desk.given.contact())
    path = f"/tickets/{ticket.number}/messages"
    ids = [(await client.posted(path, {"kind": kind, "text": text}))["message"]["id"] for text in texts]
    for _ in range(3):
        await learn_words_of(desk.database, desk.given.system, 60)
    return ticket.number, ids


async def found(client: Client, number: int, q: str) -> list[tuple[int, list[str]]]:
    answer: Any = await client.got(f"/tickets/{number}/matches", q=q)
    return [(one["message_id"], one["words"]) for one in answer["items"]]


async def test_words_are_found_by_spelling_stem_and_beginning_oldest_first(desk: Desk) -> None:
    client = await desk.administrator()
    number, (first, second, third) = await written(
        desk, client, "Müller war am Café.", "The TUNNELS are closed.", "Druckerkabel von MUELLER, INV-2026-0042."
    )
    assert await found(client, number, "muller") == [(first, ["müller"])]
    assert await found(client, number, "mueller") == [(first, ["müller"]), (third, ["mueller"])]
    assert await found(client, number, "cafe") == [(first, ["café"])]
    assert await found(client, number, "tunnel") == [(second, ["tunnels"])]
    assert await found(client, number, "druck") == [(third, ["druckerkabel"])]
    assert await found(client, number, "0042") == [(third, ["0042"])]
    assert await found(client, number, "müller cafe") == [(first, ["café", "müller"])]
    assert await found(client, number, "müller -café") == [(third, ["mueller"])]
    assert await found(client, number, "nobody") == []
    assert await found(client, number, "-cafe") == []


async def test_a_mistake_of_one_letter_is_corrected_and_said(desk: Desk) -> None:
    client = await desk.administrator()
    number, (first, _) = await written(desk, client, "The tunnel is down.", "It works.")
    answer = await client.got(f"/tickets/{number}/matches", q="tunnle")
    assert answer["corrected"] == {"from": "tunnle", "to": "tunnel"}
    assert answer["items"] == [{"message_id": first, "words": ["tunnel"]}]


async def test_other_tickets_and_what_is_said_aside_are_not_found(desk: Desk) -> None:
    client = await desk.administrator()
    number, (first,) = await written(desk, client, "A canary.")
    await written(desk, client, "Another canary.")
    aside = {"to": ["s@parts.example"], "subject": "Bird", "text": "Have you seen the canary?"}
    await client.posted(f"/tickets/{number}/conversations", aside)
    assert await found(client, number, "canary") == [(first, ["canary"])]


async def test_more_than_a_thousand_are_cut_and_it_is_said(desk: Desk) -> None:
    client = await desk.administrator()
    ticket = await desk.given.ticket("Many", requester_id=await desk.given.contact())
    async with desk.database.writing(desk.given.system, "ticket.open") as work:
        await work.execute(
            """insert into messages (workspace_id, ticket_id, kind, from_staff, author_id, author_name, channel, text)
               select workspace_id, id, 'note', true, requester_id, 'Bo', 'api', 'Drop ' || n
                 from tickets, generate_series(1, 1001) n where id = $1""",
            ticket.id,
        )
    answer = await client.got(f"/tickets/{ticket.number}/matches", q="drop")
    assert (len(answer["items"]), answer["more"]) == (1_000, True)
    ids = [one["message_id"] for one in answer["items"]]
    assert ids == sorted(ids)
    assert (await client.got(f"/tickets/{ticket.number}/matches", q="1001"))["items"][0]["message_id"] == ids[-1]


async def test_a_search_without_words_or_of_too_many_is_refused(desk: Desk) -> None:
    client = await desk.administrator()
    number, _ = await written(desk, client, "One.")
    for refused in ("", "a " * 33, "a" * 501):
        assert (await client.get(f"/tickets/{number}/matches", params={"q": refused})).status_code == 422
    assert (await client.get("/tickets/999999/matches", params={"q": "a"})).status_code == 404
