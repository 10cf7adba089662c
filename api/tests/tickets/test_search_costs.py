"""What the forms of a word cost: not more where the vocabulary holds a hundred of them, nor for each message elsewhere."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from loaded_desk import LoadedDesk, MeasuredView, loaded_desk

from atum_desk.search.marks import like_patterns
from atum_desk.search.queries import contacts
from atum_desk.search.word_groups import WordGroup
from atum_desk.tickets.queries import ranked_search
from atum_desk.tickets.queries.search_words import SearchWords
from atum_desk.tickets.schemas import TicketFilter
from atum_desk.tickets.words.word_query import QueryWord, WordQuery

TICKETS = 3_000
NAMES = 6_000
FORMS = [f"zyx{n:02}" for n in range(100)]
# So many messages hold one of the forms each, and these came after them and hold none.
OLD, NEW = 20_000, 2_000
TURNS = 9

MESSAGES = """
    insert into messages (workspace_id, ticket_id, kind, author_id, author_name, from_staff, channel, text, recipients, created_at, change_id)
    select 1, 1 + n % $3, 'reply', (select min(id) from people), 'A', true, 'email',
           case when n <= $1 then 'zyx' || lpad((n % 100)::text, 2, '0') else 'nothing of that' end, '[]', now(), 1
      from generate_series(1, $1::int + $2::int) n"""
PEOPLE = "insert into people (workspace_id, kind, name) select 1, 'contact', 'Aaron ' || n from generate_series(1, $1::int) n"


@pytest.fixture(scope="module")
async def desk(cluster: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LoadedDesk]:
    async with loaded_desk(cluster, template, tmp_path_factory.mktemp("costs"), TICKETS) as loaded:
        await loaded.owner.execute("set session_replication_role = replica")
        await loaded.owner.execute(MESSAGES, OLD, NEW, TICKETS)
        await loaded.owner.execute(PEOPLE, NAMES)
        await loaded.owner.execute("set session_replication_role = default")
        await loaded.owner.execute("vacuum analyze messages")
        await loaded.owner.execute("analyze people")
        yield loaded


def one_of(forms: list[str]) -> SearchWords:
    """A search for one word that stands for all of these."""
    return SearchWords(WordQuery((QueryWord(forms[0], False, False, True),)), (tuple(forms),))


async def least_milliseconds(owner: asyncpg.Connection, query: str) -> float:
    """Search the newest 1,024 messages several times, and return what the quickest took."""
    taken = []
    for _ in range(TURNS):
        began = time.perf_counter()
        [row] = await owner.fetch(
            "select * from search_messages($1::text::tsquery, 1::bigint << 60, 1024, 2000)", query
        )
        taken.append((time.perf_counter() - began) * 1000)
        assert row["examined"] == 0
    return min(taken)


async def test_what_holds_the_forms_elsewhere_costs_a_range_nothing(desk: LoadedDesk) -> None:
    """Of one query of words and range, all 20,000 messages before the range were tried for a hundred forms."""
    absent = one_of([f"qqq{n:02}" for n in range(100)]).tsquery()
    async with desk.owner.transaction():
        await desk.owner.execute("select enter_system(1, null)")
        elsewhere = await least_milliseconds(desk.owner, one_of(FORMS).tsquery())
        nowhere = await least_milliseconds(desk.owner, absent)
    assert elsewhere < 5 * nowhere + 0.5, (elsewhere, nowhere)


class WatchedView(MeasuredView):
    """A view that also keeps what its statements were given."""

    def __init__(self, transaction: Any) -> None:
        super().__init__(transaction)
        self.given: list[tuple[str, tuple[Any, ...]]] = []
        self.fetch = self._kept  # type: ignore[assignment]

    async def _kept(self, statement: str, *values: Any) -> list[asyncpg.Record]:
        self.given.append((statement, values))
        return await self._fetch(statement, *values)


async def test_a_ranked_search_reads_whole_rows_of_its_page_alone(desk: LoadedDesk) -> None:
    """Of the two hundred that are ranked, ten are shown; and a hundred forms are not weighed for each of them."""
    async with desk.database.reading(desk.people["everything"]) as transaction:
        view = WatchedView(transaction)
        page = await ranked_search.TicketSearch(view, TicketFilter(view="all"), "rank", None, 10).page(one_of(FORMS))
    assert len(page.items) == 10
    assert page.next_cursor
    ranked = [values for statement, values in view.given if statement == ranked_search.RANKS]
    assert [len(values[2]) for values in ranked] == [200]
    assert [values[3].count("|") for values in ranked] == [ranked_search.RANKED_FORMS - 1]
    whole = [values for statement, values in view.given if "t.subject, t.preview" in statement]
    assert [len(values[0]) for values in whole] == [10]


def test_a_name_is_compared_with_the_forms_that_no_other_finds() -> None:
    forms = ["printer", "print", "prints", "druck", "prin", "prin"]
    assert like_patterns([forms, ["50%"]]) == [["%prin%", "%druck%"], ["%50\\%%"]]


@pytest.mark.parametrize("words", ["aaron", "zygmunt"])
async def test_a_common_name_fills_the_page_and_a_rare_one_is_named_by_its_trigrams(
    desk: LoadedDesk, words: str
) -> None:
    """A walk through a thousand names would read some 6,000 pages."""
    async with desk.database.reading(desk.people["everything"]) as transaction:
        await contacts.find_contacts(transaction, [WordGroup([[words]])], None, 10)
        view = MeasuredView(transaction)
        found, _ = await contacts.find_contacts(view, [WordGroup([[words]])], None, 10)
    assert len(found) == (10 if words == "aaron" else 0)
    assert view.statements == 1
    assert view.buffers < 1_500
