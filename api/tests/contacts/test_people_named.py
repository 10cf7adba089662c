"""People by a part of their name or address: all of them, in the order of their names, page by page."""

from __future__ import annotations

import json

import asyncpg
import pytest

from desk import Client, Desk

# More than are walked, so that both ways of finding are taken.
PEOPLE = 3_000
RARE = {"Zacharias Quill": "z.quill@rare.example", "Mia Onlyaddress": "hidden.needle@other.example"}


async def add_people(owner: asyncpg.Connection, first: int, last: int) -> None:
    await owner.execute(
        "set session_replication_role = replica;"
        "insert into people (workspace_id, kind, name)"
        f" select 1, 'contact', 'Person ' || lpad(n::text, 5, '0') from generate_series({first}, {last}) n;"
        "insert into addresses (workspace_id, person_id, email)"
        " select 1, p.id, 'p' || p.id || '@people.example' from people p where p.name like 'Person %'"
        " and not exists (select from addresses a where a.person_id = p.id);"
        "analyze people; analyze addresses"
    )


@pytest.fixture
async def client(desk: Desk, database_url: str) -> Client:
    owner = await asyncpg.connect(database_url, server_settings={"search_path": "atum"})
    await add_people(owner, 1, PEOPLE)
    for name, email in RARE.items():
        await owner.execute(
            """with p as (insert into people (workspace_id, kind, name) values (1, 'contact', $1) returning id)
               insert into addresses (workspace_id, person_id, email) select 1, id, $2 from p""",
            name,
            email,
        )
    await owner.close()
    return await desk.staff()


async def names_of(client: Client, words: str, limit: int = 200) -> list[str]:
    """Return all pages."""
    names: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = await client.got("/contacts", q=words, limit=limit, **cursor)
        names += [item["name"] for item in page["items"]]
        if page["next_cursor"] is None:
            return names
        cursor = {"cursor": page["next_cursor"]}


async def test_everybody_who_matches_is_found_once_and_in_order(client: Client) -> None:
    everybody = [f"Person {n:05}" for n in range(1, PEOPLE + 1)]
    assert await names_of(client, "person") == everybody
    assert await names_of(client, "ERSON 01", limit=150) == [n for n in everybody if "n 01" in n]


async def test_who_is_rare_is_found_by_any_part_of_name_or_address(client: Client) -> None:
    for words in ("quill", "harias q", "rare.example", "QUILL"):
        assert await names_of(client, words) == ["Zacharias Quill"]
    for words in ("needle", "hidden.", "onlyadd"):
        assert await names_of(client, words) == ["Mia Onlyaddress"]
    assert await names_of(client, "neither") == []
    # Signs that mean something to LIKE mean themselves.
    for words in ("qu%ll", "qu_ll", "q\\uill", "%%%", "___"):
        assert await names_of(client, words) == []


async def test_few_letters_are_found_where_a_word_begins(client: Client) -> None:
    for words in ("za", "z", "qu"):
        assert "Zacharias Quill" in await names_of(client, words)


async def test_common_words_cost_the_same_among_more_people(client: Client, database_url: str) -> None:
    owner = await asyncpg.connect(database_url, server_settings={"search_path": "atum, public"})

    async def pages_of(words: str) -> int:
        await owner.execute("begin; select enter_system(1)")
        [plan] = json.loads(
            await owner.fetchval(
                "explain (analyze, buffers, format json) select * from people_named($1, 'contact', '', 0, 51)", words
            )
        )
        await owner.execute("rollback")
        return plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]

    try:
        before = [await pages_of(words) for words in ("person", "people.example")]
        await add_people(owner, PEOPLE + 1, 5 * PEOPLE)
        after = [await pages_of(words) for words in ("person", "people.example")]
    finally:
        await owner.close()
    assert all(late <= 1.5 * early for early, late in zip(before, after, strict=True)), (before, after)
