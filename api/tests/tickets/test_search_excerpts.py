"""What a search tells of each hit: the message, the words in it, and nothing that is out of sight."""

from __future__ import annotations

import json
from typing import Any

import asyncpg
import pytest

from atum_desk.tickets.queries.excerpts import EXCERPT_CHARS, cut_excerpt, marked_parts
from desk import Client, Desk


async def hits(client: Client, words: str, **query: Any) -> dict[int, dict[str, Any]]:
    page = await client.got("/tickets", view="all", q=words, **query)
    return {item["number"]: item["match"] for item in page["items"]}


def text_of(parts: list[dict[str, Any]]) -> str:
    return "".join(part["text"] for part in parts)


def marked(parts: list[dict[str, Any]]) -> list[str]:
    return [part["text"] for part in parts if part["marked"]]


async def opened(client: Client, subject: str, text: str, **fields: Any) -> int:
    ticket = await client.posted(
        "/tickets", {"subject": subject, "text": text, "requester": {"email": "a@example.org"}, **fields}
    )
    return ticket["number"]


async def test_a_hit_tells_the_newest_message_that_holds_the_words(desk: Desk) -> None:
    client = await desk.administrator()
    number = await opened(client, "Rain gauge", "The barometer fell.")
    added = await client.posted(
        f"/tickets/{number}/messages", {"kind": "note", "text": "Its Barometer was read twice."}
    )
    await client.posted(f"/tickets/{number}/messages", {"kind": "note", "text": "Nothing new."})
    match = (await hits(client, "barometer"))[number]
    message = added["message"]
    assert match["message_id"] == message["id"]
    assert (match["kind"], match["at"]) == ("note", message["created_at"])
    assert match["author"] == message["author"]
    assert text_of(match["excerpt"]) == "Its Barometer was read twice."
    assert marked(match["excerpt"]) == ["Barometer"]
    assert marked(match["subject"]) == []


async def test_each_word_is_marked_where_it_stands_in_subject_and_text(desk: Desk) -> None:
    client = await desk.administrator()
    number = await opened(client, "Hygrometer in Lisbon", "The needle of it sticks. A needle!")
    match = (await hits(client, "lisbon needle -bergen"))[number]
    assert marked(match["subject"]) == ["Lisbon"]
    assert text_of(match["subject"]) == "Hygrometer in Lisbon"
    assert marked(match["excerpt"]) == ["needle", "needle"]


@pytest.mark.parametrize(
    "text",
    [
        '<img src=x onerror="alert(1)"> needle </mark><script>alert(2)</script>',
        "a & b &lt;needle&gt; \\ 'needle' \"",
        "one \x01needle\x02 two \x02forged\x01 three needle",
    ],
)
async def test_text_of_others_marks_nothing_and_is_never_html(desk: Desk, text: str) -> None:
    client = await desk.administrator()
    number = await opened(client, "Plain", text)
    match = (await hits(client, "needle"))[number]
    assert set(marked(match["excerpt"])) == {"needle"}
    for part in match["excerpt"]:
        assert set(part) == {"text", "marked"}
    assert not {"\x01", "\x02"} & set(text_of(match["excerpt"]))
    assert "forged" not in marked(match["excerpt"])


@pytest.mark.parametrize(("before", "after"), [(50, 50), (30_000, 10), (10, 30_000), (90_000, 90_000)])
async def test_an_excerpt_is_bounded_and_holds_the_word(desk: Desk, before: int, after: int) -> None:
    client = await desk.administrator()
    text = "filler " * (before // 7) + "needle" + " filler" * (after // 7)
    number = await opened(client, "Long", text)
    excerpt = (await hits(client, "needle"))[number]["excerpt"]
    assert marked(excerpt) == ["needle"]
    assert len(text_of(excerpt)) <= EXCERPT_CHARS + 5
    if before > EXCERPT_CHARS:
        assert text_of(excerpt).startswith("…")


async def test_one_word_without_end_is_cut(desk: Desk) -> None:
    client = await desk.administrator()
    number = await opened(client, "Wide", "needle " + "x" * 2000 + " end")
    excerpt = (await hits(client, "needle"))[number]["excerpt"]
    assert marked(excerpt) == ["needle"]
    assert len(text_of(excerpt)) <= EXCERPT_CHARS + 5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("نعم الطابعة لا تعمل اليوم", "الطابعة"),
        ("see https://desk.example.com/a?b=1 now", "desk.example.com"),
        ("it's o'clock", "o'clock"),
        ("from C:\\temp\\x on", "C:\\temp\\x"),
        ("wi-fi is gone", "wi-fi"),
        ("a.b@example.org wrote (twice)", "a.b@example.org"),
    ],
)
async def test_words_of_every_shape_are_marked(desk: Desk, text: str, words: str) -> None:
    client = await desk.administrator()
    short = await opened(client, "Shapes", text)
    long = await opened(client, "Shapes", "filler " * 800 + text)
    found = await hits(client, words)
    assert set(found) == {short, long}
    for number in (short, long):
        assert marked(found[number]["excerpt"]), (number, found[number])


async def test_every_page_carries_its_matches(desk: Desk) -> None:
    client = await desk.administrator()
    numbers = [await opened(client, f"Needle {turn}", "haystack needle") for turn in range(5)]
    cursor: dict[str, str] = {}
    seen: list[int] = []
    while True:
        page = await client.got("/tickets", view="all", q="needle", limit=2, **cursor)
        for item in page["items"]:
            assert marked(item["match"]["excerpt"]) == ["needle"]
            assert marked(item["match"]["subject"]) == ["Needle"]
        seen += [item["number"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == numbers[::-1]


async def test_lists_that_search_nothing_carry_no_match(desk: Desk) -> None:
    client = await desk.administrator()
    await opened(client, "Plain", "needle")
    [item] = (await client.got("/tickets", view="all"))["items"]
    assert "match" not in item


async def test_who_does_not_see_a_team_gets_no_word_of_its_messages(desk: Desk) -> None:
    everybody = await desk.administrator()
    team = await desk.given.team("Out of sight")
    hidden = await opened(everybody, "Hidden", "needle secret-of-others", team_id=team)
    shown = await opened(everybody, "Shown", "needle in sight")
    agent = desk.client(await desk.given.staff(sees_all_teams=False, teams=(await desk.given.first_team(),)))
    assert set(await hits(everybody, "needle")) == {hidden, shown}
    answer = await agent.get("/tickets", params={"view": "all", "q": "needle"})
    assert [item["number"] for item in answer.json()["items"]] == [shown]
    assert "secret-of-others" not in json.dumps(answer.json())


async def test_a_search_costs_as_many_statements_for_many_hits_as_for_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await desk.administrator()
    asked: list[str] = []
    fetch = asyncpg.Connection.fetch

    async def noted(self: asyncpg.Connection, query: str, *values: Any, **options: Any) -> Any:
        asked.append(query)
        return await fetch(self, query, *values, **options)

    await opened(client, "First", "needle")
    with monkeypatch.context() as patched:
        patched.setattr(asyncpg.Connection, "fetch", noted)
        assert len(await hits(client, "needle")) == 1
    for_one = len(asked)
    for turn in range(8):
        await opened(client, f"More {turn}", "needle")
    asked.clear()
    with monkeypatch.context() as patched:
        patched.setattr(asyncpg.Connection, "fetch", noted)
        assert len(await hits(client, "needle")) == 9
    assert len(asked) == for_one > 1


def test_parts_are_joined_again_to_the_same_words() -> None:
    parts = marked_parts("  a \x01b\x02\n\tc \x01d\x02")
    assert [(part.text, part.marked) for part in parts] == [("a ", False), ("b", True), (" c ", False), ("d", True)]


def test_an_excerpt_from_the_middle_begins_with_an_ellipsis() -> None:
    assert cut_excerpt("is in the \x01middle\x02", follows=True)[0].text == "…in the "
    assert cut_excerpt("At first, \x01words\x02", follows=False)[0].text == "At first, "
    assert cut_excerpt("", follows=False) == []
