"""What a search reads does not grow with the desk, whatever its words, its filter and its actor."""

from __future__ import annotations

from collections.abc import AsyncIterator
from copy import deepcopy
from typing import Any

import pytest
from loaded_desk import LoadedDesk, MeasuredView, loaded_desk

from atum_desk.tickets.queries import search
from atum_desk.tickets.schemas import TicketFilter
from bench.search_load import KINDS, Terms

SMALL, LARGE = 1_500, 12_000
# Pages of 8 kB that a search for a page of 50 reads, names and the growing part of candidates among them.
MOST_BUFFERS = 25_000
# The loaded texts differ from run to run: a phrase of common words takes a dozen ranges, and up to 16 were seen.
MOST_STATEMENTS = 18


@pytest.fixture(scope="module")
async def desks(
    cluster: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[LoadedDesk, LoadedDesk]]:
    folder = tmp_path_factory.mktemp("plans")
    async with (
        loaded_desk(cluster, template, folder / "small", SMALL) as small,
        loaded_desk(cluster, template, folder / "large", LARGE) as large,
    ):
        yield small, large


async def measured(desk: LoadedDesk, person: str, **wanted: Any) -> MeasuredView:
    async with desk.database.reading(desk.people[person]) as transaction:
        measuring = MeasuredView(transaction)
        await search.search_tickets(measuring, TicketFilter(**{"view": "all", **wanted}), None, 50)
        return measuring


_counted: dict[int, Terms] = {}


async def terms_of(desk: LoadedDesk) -> Terms:
    """Return the words of a desk as they were never drawn from; they are counted once."""
    if id(desk) not in _counted:
        rows = await desk.owner.fetch("select text from messages where id % 7 = 0 order by id")
        _counted[id(desk)] = Terms([row["text"] for row in rows], SMALL)
    return deepcopy(_counted[id(desk)])


@pytest.mark.parametrize("kind", KINDS)
async def test_no_kind_of_term_reads_more_on_a_larger_desk(desks: tuple[LoadedDesk, LoadedDesk], kind: str) -> None:
    """Eight times the messages: a walk through them would read 37,000 pages more, a search reads a few ranges."""
    small, large = desks
    read = []
    for desk in (small, large):
        terms = await terms_of(desk)
        runs = [await measured(desk, "everything", words=terms.draw(kind)) for _ in range(6)]
        whole = set().union(*(run.whole for run in runs))
        # To list two thirds of all tickets, which so small a desk may, reading all is right.
        assert not whole & ({"messages"} if desk is small else {"tickets", "messages"})
        assert max(run.statements for run in runs) <= MOST_STATEMENTS
        read.append(sorted(run.buffers for run in runs)[3])
    assert read[1] < read[0] * 2 + 3_000, read


NARROW: dict[str, dict[str, Any]] = {
    "nothing": {},
    "team": {"team_ids": [2]},
    "view": {"view": "all_open"},
    "status": {"statuses": ["on_hold"]},
    "assignee": {"assignee_id": 20},
    "requester": {"requester_id": 300},
    "tag": {"tag": "tag6"},
    "organization": {"organization_id": 5},
}


@pytest.mark.parametrize("person", ["everything", "two teams", "nothing"])
@pytest.mark.parametrize("narrowing", NARROW)
async def test_no_filter_makes_a_search_read_much(
    desks: tuple[LoadedDesk, LoadedDesk], person: str, narrowing: str
) -> None:
    terms = await terms_of(desks[1])
    for kind in ("common", "middling", "absent", "phrase of common", "or"):
        words = terms.draw(kind)
        run = await measured(desks[1], person, words=words, **NARROW[narrowing])
        assert run.buffers < MOST_BUFFERS, (words, run.buffers, run.statements)
        assert run.statements <= MOST_STATEMENTS, words


async def test_the_index_of_words_is_the_only_way_to_candidates(desks: tuple[LoadedDesk, LoadedDesk]) -> None:
    """A word that nobody wrote costs a walk through no message, however large the desk."""
    for desk in desks:
        # The first in a session reads the catalogue, too.
        await measured(desk, "everything", words="qzjxvqzjxv")
        run = await measured(desk, "everything", words="qzjxvqzjxv")
        assert run.buffers < 500
        assert run.statements <= 5


async def test_old_tickets_of_one_requester_are_found_behind_all_newer_hits(
    desks: tuple[LoadedDesk, LoadedDesk],
) -> None:
    """Twelve thousand newer messages hold the word; a page that was cut before them would be empty with a cursor."""
    _, large = desks
    row = await large.owner.fetchrow(
        """select t.requester_id, count(*) from tickets t group by 1
           having max(t.id) < 3000 and bool_and(exists (
             select from messages m where m.ticket_id = t.id and m.words @@ 'the'::tsquery)) limit 1"""
    )
    assert row
    requester_id, count = row
    wanted = TicketFilter(view="all", words="the", requester_id=requester_id)
    async with large.database.reading(large.people["everything"]) as transaction:
        page = await search.search_tickets(transaction, wanted, None, 50)
    assert len(page.items) == count
    assert page.next_cursor is None
