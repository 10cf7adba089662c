"""A search finds what holds the words and its actor may see, all of it, once, and in order."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from typing import Any

import pytest
from loaded_desk import LoadedDesk, MeasuredView, loaded_desk

from atum_desk.kernel.problems import ValidationFailed
from atum_desk.tickets.problems import SearchTooBroad
from atum_desk.tickets.queries import search
from atum_desk.tickets.queries.search_words import read_words
from atum_desk.tickets.schemas import TicketFilter
from bench.search_load import KINDS, Terms
from desk import Desk

TICKETS = 2_500
# How a search may go: as it is; all by ranges so short that many are read; by the tickets of what is looked at.
WAYS: dict[str, dict[str, Any]] = {
    "as it is": {},
    "short ranges": {
        "FIRST_SPAN": 50,
        "SPAN_GROWTH": 3,
        "WANTED_A_RANGE": 30,
        "FEWEST_A_RANGE": 30,
        "MOST_TICKETS": {},
    },
    "tickets": {"ENOUGH_CANDIDATES": 1, "FIRST_SPAN": 50, "MOST_TICKETS": {0: 4_000}},
}
NARROWINGS: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "true"),
    "view": ({"view": "all_open"}, "t.is_open"),
    "team": ({"team_ids": [2]}, "t.team_id = 2"),
    "status": ({"statuses": ["waiting"]}, "t.category = 'waiting'"),
    "assignee": ({"assignee_id": 20}, "t.assignee_id = 20"),
    "nobody": ({"assignee_id": 0}, "t.assignee_id is null"),
    "requester": ({"requester_id": 80}, "t.requester_id = 80"),
    "tag": ({"tag": "Tag6"}, "'tag6' = any(t.tags)"),
    "organization": ({"organization_id": 3}, "t.organization_id = 3"),
}
ORACLE = """
    select t.id, max(m.id) as newest from messages m join tickets t on t.id = m.ticket_id
     where m.workspace_id = 1 and m.words @@ websearch_to_tsquery('simple', $1) and t.team_id = any($2) and {condition}
     group by t.id order by newest desc"""

# Behind a hyphen, as in the order number AT-1602, PostgreSQL takes a number for negative; a search for it finds both.
SIGNED_ORACLE = ORACLE.replace("websearch_to_tsquery('simple', $1)", "(($1 || ' | -' || $1)::tsquery)")


@pytest.fixture(scope="module")
async def loaded(cluster: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LoadedDesk]:
    async with loaded_desk(cluster, template, tmp_path_factory.mktemp("search"), TICKETS) as desk:
        # Some words are of one half of time only, and some messages were written over after others.
        await desk.owner.execute(
            """set session_replication_role = replica;
               update messages set text = text || ' formerly' where id % 7 = 0 and id < 3000;
               update messages set text = text || ' lately' where id % 3 = 0 and id > 7000;
               update messages set text = text || ' ours' where id % 1000 = 0;
               update messages set text = text || ' outage everywhere' where id between 900 and 5500;
               insert into workspaces (id, name) values (99, 'Another');
               insert into messages (id, workspace_id, ticket_id, kind, author_id, author_name, from_staff, channel, text)
                 select max(id) + 1, 99, 7, 'note', 1, 'Somebody', true, 'api', 'the theirs' from messages;
               set session_replication_role = default"""
        )
        yield desk


@pytest.fixture(scope="module")
async def terms(loaded: LoadedDesk) -> Terms:
    rows = await loaded.owner.fetch("select text from messages where id % 5 = 0 order by id")
    return Terms([row["text"] for row in rows], TICKETS)


async def pages_of(
    loaded: LoadedDesk, person: str, wanted: TicketFilter, limit: int, most: int
) -> tuple[list[int], bool]:
    """Return the numbers on the first pages, and whether these were all; asserts that no page is empty but the last."""
    found: list[int] = []
    cursor = None
    for _ in range(most):
        async with loaded.database.reading(loaded.people[person]) as transaction:
            page = await search.search_tickets(transaction, wanted, cursor, limit)
        found += [item.number for item in page.items]
        cursor = page.next_cursor
        assert page.items or cursor is None
        if cursor is None:
            return found, True
        assert len(page.items) == limit
    return found, False


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", [*KINDS, "of one half", "excluded phrase"])
async def test_hits_are_all_hits_that_the_actor_may_see(
    loaded: LoadedDesk, terms: Terms, kind: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in WAYS[way].items():
        monkeypatch.setattr(search, name, value)
    source = random.Random(f"{kind} {way}")
    for narrowing, condition in NARROWINGS.values():
        person = source.choice(list(loaded.people))
        words = _words(kind, terms, source)
        wanted = TicketFilter(words=words, **{"view": "all", **narrowing})
        asked = SIGNED_ORACLE if kind == "number" else ORACLE
        rows = await loaded.owner.fetch(asked.format(condition=condition), words, loaded.teams[person])
        expected = [row["id"] for row in rows]
        found, is_all = await pages_of(loaded, person, wanted, source.choice([3, 50]), 4)
        case = (words, narrowing, person)
        assert found == expected[: len(found)], case
        assert is_all == (len(found) == len(expected)), case


def _words(kind: str, terms: Terms, source: random.Random) -> str:
    if kind == "of one half":
        return source.choice(["formerly", "lately", "the formerly", "lately or formerly"])
    if kind == "excluded phrase":
        return f"the -{terms.draw('phrase of common')}"
    return terms.draw(kind)


async def test_a_number_is_found_behind_a_hyphen(loaded: LoadedDesk) -> None:
    """The second message of ticket 16 ends in AT-1602, the only one that holds that number."""
    found, is_all = await pages_of(loaded, "everything", TicketFilter(view="all", words="1602"), 50, 1)
    rows = await loaded.owner.fetch(SIGNED_ORACLE.format(condition="true"), "1602", loaded.teams["everything"])
    assert (found, is_all) == ([16], True)
    assert [row["id"] for row in rows] == found


async def test_a_narrow_filter_behind_thousands_of_hits_is_answered_at_once(loaded: LoadedDesk) -> None:
    """The oldest ticket of a requester with few, for a word that nearly every message holds."""
    requester_id = await loaded.owner.fetchval(
        """select requester_id from tickets group by 1 having count(*) < 4
            and bool_and(id in (select ticket_id from messages where words @@ 'the'::tsquery)) order by max(id) limit 1"""
    )
    wanted = TicketFilter(view="all", words="the", requester_id=requester_id)
    found, is_all = await pages_of(loaded, "everything", wanted, 50, 1)
    assert found
    assert is_all


@pytest.mark.parametrize("words", ["outage", '"outage everywhere"', "outage -qzjxv"])
async def test_what_many_wrote_in_one_time_is_found_without_reading_it_in_vain(loaded: LoadedDesk, words: str) -> None:
    """A range that holds too much is not read; how often that is tried, and how much each time, is bounded."""
    async with loaded.database.reading(loaded.people["everything"]) as transaction:
        measuring = MeasuredView(transaction)
        query = (await read_words(transaction, words)).tsquery()
        searching = search._Search(measuring, TicketFilter(view="all", words=words), query, None, 50)
        await searching.run()
    assert len(searching.found) > 50
    assert searching.examined < 4_000
    assert measuring.statements <= 8


async def test_who_found_something_reads_less_than_who_found_nothing(
    loaded: LoadedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A phrase of common words is looked up in each message that holds them: what was found is shown meanwhile."""
    for name, value in {"ENOUGH_EXAMINED": 20, "FIRST_SPAN": 50, "MOST_TICKETS": {}}.items():
        monkeypatch.setattr(search, name, value)
    wanted = TicketFilter(view="all", words='"formerly outage"')
    found: list[int] = []
    cursor: str | None = None
    lengths: list[int] = []
    while not lengths or cursor:
        async with loaded.database.reading(loaded.people["everything"]) as transaction:
            page = await search.search_tickets(transaction, wanted, cursor, 50)
        found += [item.number for item in page.items]
        cursor = page.next_cursor
        lengths.append(len(page.items))
    assert min(lengths[:-1]) > 0
    assert any(length < 50 for length in lengths[:-1])
    rows = await loaded.owner.fetch(ORACLE.format(condition="true"), wanted.words, loaded.teams["everything"])
    assert found == [row["id"] for row in rows]


async def test_a_search_that_has_read_its_share_says_so_and_goes_on_from_there(
    loaded: LoadedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    shares = {"MOST_EXAMINED": 200, "ENOUGH_EXAMINED": 200}
    for name, value in {**shares, "MOST_TICKETS": {}, "FIRST_SPAN": 50}.items():
        monkeypatch.setattr(search, name, value)
    async with loaded.database.reading(loaded.people["everything"]) as transaction:
        with pytest.raises(SearchTooBroad) as refused:
            await search.search_tickets(transaction, TicketFilter(view="all", words="the", requester_id=-1), None, 50)
        most_a_range = search.CROWDED_TIMES * search.WANTED_A_RANGE + 1
        assert 200 <= refused.value.data["examined"] < 200 + most_a_range
        wanted = TicketFilter(view="all", words="the", statuses=["closed"], team_ids=[2])
        found: list[int] = []
        cursor, pages = None, 0
        while pages == 0 or cursor:
            page = await search.search_tickets(transaction, wanted, cursor, 200)
            assert page.items
            found += [item.number for item in page.items]
            cursor, pages = page.next_cursor, pages + 1
            if len(found) > 300:
                break
    rows = await loaded.owner.fetch(
        ORACLE.format(condition="t.team_id = 2 and t.category = 'closed'"), "the", loaded.teams["everything"]
    )
    assert pages > 2
    assert found == [row["id"] for row in rows][: len(found)]


@pytest.mark.parametrize(
    "words",
    [
        " or ".join("abcdefghijklmnop"),
        '"' + "the to of is and it for a in we us by " * 2 + '"',
        "-the",
        "-qqqqqq",
        "the or -the",
        '-"of the" -"in the" the',
        "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,z," * 3,
        "-the -to -of -is -and",
        "' a1.2 or ' b1.0",
        '"the" "the" "the" or or or - -',
    ],
)
async def test_a_hostile_query_reads_no_more_than_its_share(loaded: LoadedDesk, words: str) -> None:
    for person in loaded.people:
        rows = await loaded.owner.fetch(ORACLE.format(condition="true"), words, loaded.teams[person])
        found, _ = await pages_of(loaded, person, TicketFilter(view="all", words=words), 50, 2)
        assert found == [row["id"] for row in rows][: len(found)]
        assert bool(found) == bool(rows)


async def test_more_words_than_a_search_takes_are_refused(loaded: LoadedDesk) -> None:
    async with loaded.database.reading(loaded.people["everything"]) as transaction:
        with pytest.raises(ValidationFailed, match="more than 32 words"):
            await search.search_tickets(transaction, TicketFilter(words="a " * 33), None, 50)
        await search.search_tickets(transaction, TicketFilter(words="a " * 32), None, 50)


async def test_words_that_stand_in_no_order_are_told_from_a_phrase(loaded: LoadedDesk) -> None:
    found, _ = await pages_of(loaded, "everything", TicketFilter(view="all", words='"every twenty minutes"'), 50, 1)
    turned, is_all = await pages_of(
        loaded, "everything", TicketFilter(view="all", words='"twenty every minutes"'), 50, 1
    )
    assert found
    assert (turned, is_all) == ([], True)


NEWEST = "(2::numeric ^ 62)::bigint"
CANDIDATES = {
    "search_messages": f"select unnest(message_ids) from search_messages($1::text::tsquery, {NEWEST}, 20000, 100000)",
    "search_messages_of": f"select message_id from search_messages_of($1::text::tsquery, array(select generate_series(1, 3000)), {NEWEST})",
    "find_messages": f"select message_id from find_messages($1::text::tsquery, {NEWEST}, 10)",
}


@pytest.mark.parametrize("function", CANDIDATES)
async def test_candidates_are_of_the_actors_workspace(loaded: LoadedDesk, function: str) -> None:
    statement = CANDIDATES[function]
    async with loaded.database.reading(loaded.people["everything"]) as transaction:
        assert await transaction.fetch(statement, "ours")
        # Words are of the other workspace, and a range of its ids cannot be asked for by anybody's words.
        assert await transaction.fetch(statement, "theirs") == []
    async with loaded.database.connection("atum_desk_staff") as connection:
        assert await connection.fetch(statement, "ours") == []


async def test_the_release_before_still_finds_the_newest(loaded: LoadedDesk) -> None:
    """It calls find_messages() on the new schema: same contract, any number, any place."""
    async with loaded.database.reading(loaded.people["everything"]) as transaction:
        for words, before, limit in (
            ("the", 2**62, 200),
            ("formerly", 2**62, 200),
            ("formerly", 2_000, 50),
            ("qqqqqq", 2**62, 10),
            ("the -to", 5_000, 10_000),
            ("-the", 2**62, 20),
            ("---", 2**62, 20),
        ):
            rows = await transaction.fetch(
                "select * from find_messages(websearch_to_tsquery('simple', $1), $2, $3)", words, before, limit
            )
            expected = await loaded.owner.fetch(
                """select id as message_id, ticket_id from messages
                    where words @@ websearch_to_tsquery('simple', $1) and id < $2 and workspace_id = 1 order by id desc limit $3""",
                words,
                before,
                limit,
            )
            assert [tuple(row) for row in rows] == [tuple(row) for row in expected], words


async def test_too_many_words_are_a_problem_of_the_route(desk: Desk) -> None:
    client = await desk.staff()
    answer = await client.get("/tickets", params={"q": "a " * 40})
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    assert "32 words" in answer.json()["detail"]
