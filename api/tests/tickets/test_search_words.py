"""A word is found by its spellings, its stem, its parts and its beginning; a mistake of one letter is said."""

from __future__ import annotations

from typing import Any

import pytest

from atum_desk.tickets.jobs import learn_words_of
from atum_desk.tickets.queries.search_words import MOST_FORMS, read_words
from desk import Client, Desk


async def opened(client: Client, subject: str, text: str, **fields: Any) -> int:
    ticket = await client.posted(
        "/tickets", {"subject": subject, "text": text, "requester": {"email": "a@example.org"}, **fields}
    )
    return ticket["number"]


async def learn(desk: Desk) -> None:
    """Two looks: what one sees, the next reads once all transactions before have ended."""
    for _ in range(3):
        assert not await learn_words_of(desk.database, desk.given.system, 60)


async def found(client: Client, words: str) -> list[int]:
    page = await client.got("/tickets", view="all", q=words)
    assert "corrected" not in page
    return sorted(item["number"] for item in page["items"])


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Grüße vom Müller in der Straße", ["müller", "muller", "mueller", "MÜLLER", "strasse", "grusse", "gruesse"]),
        ("Herr Mueller schrieb aus der Hauptstrasse", ["Müller", "mueller", "Hauptstraße"]),
        ("Ein Cafe\u0301 in Sa\u0303o Paulo, naïve crêpes", ["café", "cafe", "são", "SAO", "naive", "crepes"]),
        ("كَتَبَ أحمد عن مكتبة كتــاب على", ["كتب", "احمد", "أحمد", "إحمد", "مكتبه", "كتاب", "علي"]),
        ("The tunnels were dropping connections", ["tunnel", "tunnels", "dropped", "drop", "connection", "connected"]),
        ("Das Druckerkabel und die Kundenkarte fehlen", ["drucker", "Druckerk", "kunden*", "kunden* fehlen"]),
        ("Order INV-2026-0042, serial SN48-XK29-0077", ["0042", "2026-0042", "INV-2026-0042", "xk29", "XK29-0077"]),
        ("see user@x.example or https://kb.y.example/art/17", ["x.example", "user@x.example", "user", "y.example"]),
        ("path C:/temp/INV/2031/0099.pdf", ["0099.pdf", "temp"]),
        ("Łódź and Ørsted, straße, Ægir", ["lodz", "orsted", "strasse", "aegir"]),
        ("Дворецкий ёлка", ["дворецкий", "елка", "ДВОРЕЦКИЙ"]),
    ],
)
async def test_a_word_is_found_however_it_is_spelled(desk: Desk, text: str, typed: list[str]) -> None:
    client = await desk.administrator()
    number = await opened(client, "Spelled", text)
    await opened(client, "Other", "Nothing of this kind stands here.")
    await learn(desk)
    for words in typed:
        assert await found(client, words) == [number], words
        [item] = (await client.got("/tickets", view="all", q=words))["items"]
        marks = [part for key in ("subject", "excerpt") for part in item["match"][key] if part["marked"]]
        assert marks, words


async def test_an_exact_word_is_found_before_it_is_learned(desk: Desk) -> None:
    client = await desk.administrator()
    number = await opened(client, "At once", "The theodolites stand still.")
    assert await found(client, "theodolites") == [number]
    assert await found(client, "theodolite still") == []
    await learn(desk)
    assert await found(client, "theodolite still") == [number]


async def test_what_was_written_before_the_upgrade_is_learned_and_what_is_written_over(desk: Desk) -> None:
    client = await desk.administrator()
    old = await opened(client, "Old", "gyroscopes")
    # As the upgrade finds it: nothing was looked at yet.
    assert await desk.rows("select * from vocabulary_progress") == []
    await learn(desk)
    new = await opened(client, "New", "gyroscope")
    await learn(desk)
    assert await found(client, "gyroscopes") == [old, new]
    [progress] = await desk.rows(
        "select backlog_from, read_to, seen_to from vocabulary_progress where source = 'messages'"
    )
    assert progress["backlog_from"] == 0
    assert progress["read_to"] == progress["seen_to"]
    async with desk.database.writing(desk.given.system, "ticket.edit_reply") as work:
        await work.execute("update messages set text = 'sextants' where text = 'gyroscope'")
    assert len(await desk.rows("select * from vocabulary_rewritten")) == 1
    await learn(desk)
    assert await found(client, "sextant") == [new]
    assert await desk.rows("select * from vocabulary_rewritten") == []


async def test_a_phrase_and_an_excluded_word_stay_as_they_are_typed(desk: Desk) -> None:
    client = await desk.administrator()
    first = await opened(client, "First", "The printer café is open")
    second = await opened(client, "Second", "The printers of the café are open")
    await learn(desk)
    assert await found(client, '"printer cafe"') == [first]
    assert await found(client, '"printers of"') == [second]
    assert await found(client, "printer open") == [first, second]
    assert await found(client, "open -printers") == [first]
    # An exclusion is no beginning and has no stem: what it hides is what it says.
    assert await found(client, "open -print") == [first, second]


async def test_the_last_word_is_a_beginning_and_the_others_are_not(desk: Desk) -> None:
    client = await desk.administrator()
    number = await opened(client, "Typed", "The barometer needle sticks")
    await learn(desk)
    assert await found(client, "needle baro") == [number]
    assert await found(client, "baro needle") == []
    assert await found(client, "baro* needle") == [number]
    assert await found(client, '"needle baro"') == []


async def corrected(client: Client, words: str) -> tuple[dict[str, str] | None, list[int]]:
    page = await client.got("/tickets", view="all", q=words)
    return page.get("corrected"), sorted(item["number"] for item in page["items"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("tunel", "tunnel"), ("tunnle", "tunnel"), ("tubnel", "tunnel"), ("tunneql", "tunnel"), ("الطابقة", "الطابعة")],
)
async def test_a_mistake_of_one_letter_finds_the_word_and_says_so(desk: Desk, typed: str, meant: str) -> None:
    client = await desk.administrator()
    number = await opened(client, "Mistyped", f"The {meant} ends after a call")
    await learn(desk)
    assert await corrected(client, typed) == ({"from": typed, "to": meant}, [number])
    assert await corrected(client, f"call {typed} ends") == ({"from": typed, "to": meant}, [number])
    [item] = (await client.got("/tickets", view="all", q=typed))["items"]
    assert [part["text"] for part in item["match"]["excerpt"] if part["marked"]] == [meant]


async def test_what_exists_is_not_corrected_and_two_letters_are_too_many(desk: Desk) -> None:
    client = await desk.administrator()
    tunnel = await opened(client, "One", "A tunnel")
    funnel = await opened(client, "Two", "A funnel")
    await learn(desk)
    assert await corrected(client, "funnel") == (None, [funnel])
    assert await corrected(client, "tunnel") == (None, [tunnel])
    assert await corrected(client, "tunnel funnel") == (None, [])
    assert await corrected(client, "tuunell") == (None, [])
    assert await corrected(client, "tun") == (None, [tunnel])
    assert await corrected(client, "-tunel") == (None, [tunnel, funnel])
    assert await corrected(client, '"tunel a"') == (None, [])


async def test_a_corrected_search_goes_on_corrected(desk: Desk) -> None:
    client = await desk.administrator()
    numbers = [await opened(client, f"Tunnel {n}", "The tunnel") for n in range(5)]
    await learn(desk)
    seen: list[int] = []
    cursor: dict[str, str] = {}
    for _ in range(4):
        page = await client.got("/tickets", view="all", q="tunnle", limit=2, **cursor)
        assert page["corrected"] == {"from": "tunnle", "to": "tunnel"}
        seen += [item["number"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == numbers[::-1]


async def test_a_correction_tells_of_no_word_that_is_out_of_sight(desk: Desk) -> None:
    """The vocabulary is the workspace's; what is said of it is what the actor finds."""
    everybody = await desk.administrator()
    hidden_team = await desk.given.team("Out of sight")
    await opened(everybody, "Hidden", "acquisition acquisition acquisitian", team_id=hidden_team)
    shown = await opened(everybody, "Shown", "requisition")
    await learn(desk)
    agent = desk.client(await desk.given.staff(sees_all_teams=False, teams=(await desk.given.first_team(),)))
    assert await corrected(agent, "acquisiton") == (None, [])
    # The exact word exists for others only: for this agent it is a mistake, as if the others' did not exist.
    await opened(everybody, "Hidden, too", "requisitian", team_id=hidden_team)
    await learn(desk)
    assert await corrected(agent, "requisitian") == ({"from": "requisitian", "to": "requisition"}, [shown])
    assert (await corrected(everybody, "requisitian"))[0] is None


async def test_a_part_that_stands_in_hundreds_of_words_is_bounded(desk: Desk) -> None:
    client = await desk.administrator()
    addresses = " ".join(f"user{n}@many.example" for n in range(600))
    number = await opened(client, "Many", addresses)
    await learn(desk)
    assert await found(client, "many.example") == [number]
    async with desk.database.reading(desk.given.system) as transaction:
        # A query has a bound of its own, whatever its words stand for.
        words = await read_words(transaction, " ".join(["many.example"] * 32))
        assert len(words.forms) == 32
        assert sum(len(forms) for forms in words.forms) <= MOST_FORMS + 32
        assert await transaction.fetchval("select numnode($1::text::tsquery)", words.tsquery()) > MOST_FORMS / 2
