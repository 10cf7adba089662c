"""What a search of each kind reads does not grow with the desk: names, files, forms of words, mistakes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from loaded_desk import LoadedDesk, MeasuredView, loaded_desk

from atum_desk.search.queries import attachments, contacts
from atum_desk.search.word_groups import word_groups
from atum_desk.tickets.jobs import learn_words_of
from atum_desk.tickets.queries import search, vocabulary
from atum_desk.tickets.queries.search_words import read_words
from atum_desk.tickets.schemas import TicketFilter
from factories import Given

SMALL, LARGE = 500, 4_000
# Pages of 8 kB. A walk through the names or files of the larger desk would read several times as many.
MOST_GROWTH = 2
FREE_PAGES = 1_500
NAMES_A_TICKET = 5

# As many contacts, organizations and files as a desk of that size has; one in a thousand is called otherwise.
PEOPLE = """
    insert into people (workspace_id, kind, name)
    select 1, 'contact', case when n % 1000 = 7 then 'Zygmunt ' else 'Contact ' end || n
      from generate_series(1, $1::int) n"""
PHONES = """
    insert into phones (workspace_id, person_id, number)
    select 1, id, '+49 30 ' || lpad((id * 7919 % 1000003)::text, 7, '0') from people where kind = 'contact'"""
COMPANIES = """
    insert into organizations (workspace_id, name)
    select 1, case when n % 1000 = 7 then 'Zygmunt ' else 'Company ' end || n from generate_series(1, $1::int / 10) n"""
FILES = """
    insert into attachments (workspace_id, ticket_id, filename, mime_type, size, sha256)
    select 1, 1 + n % $2::int, case when n % 1000 = 7 then 'zygmunt-' else 'scan-' end || n || '.pdf', 'application/pdf', 9,
           repeat('a', 64) from generate_series(1, $1::int) n"""


async def filled(desk: LoadedDesk, tickets: int) -> None:
    names = tickets * NAMES_A_TICKET
    await desk.owner.execute("set session_replication_role = replica")
    await desk.owner.execute(PEOPLE, names)
    await desk.owner.execute(COMPANIES, names)
    await desk.owner.execute(FILES, names, tickets)
    await desk.owner.execute(PHONES)
    await desk.owner.execute("set session_replication_role = default")
    await desk.owner.execute("analyze people; analyze phones; analyze organizations; analyze attachments")
    given = await Given.of_first_workspace(desk.database)
    for _ in range(3):
        await learn_words_of(desk.database, given.system, 600)
    await desk.owner.execute("vacuum analyze vocabulary")


@pytest.fixture(scope="module")
async def desks(
    cluster: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[LoadedDesk, LoadedDesk]]:
    folder = tmp_path_factory.mktemp("kinds")
    async with (
        loaded_desk(cluster, template, folder / "small", SMALL) as small,
        loaded_desk(cluster, template, folder / "large", LARGE) as large,
    ):
        await filled(small, SMALL)
        await filled(large, LARGE)
        yield small, large


async def of_kind(view: Any, kind: str, words: str) -> int:
    """Search and return how many were found on the first page."""
    if kind == "tickets":
        return len((await search.search_tickets(view, TicketFilter(view="all", words=words), None, 50)).items)
    read = await read_words(view, words)
    if kind == "contacts":
        return len((await contacts.find_contacts(view, word_groups(read.patterns(), words), None, 50))[0])
    patterns = read.patterns()
    find: Any = {"organizations": contacts.find_organizations, "attachments": attachments.find_attachments}[kind]
    rows, _ = await find(view, patterns, None, 50)
    return len(rows)


CASES = [
    ("tickets", "the"),
    ("tickets", "tunnel"),
    ("tickets", "prin"),
    ("tickets", "qzjxvk"),
    ("tickets", "printre"),
    ("tickets", "AT-101"),
    *((kind, word) for kind in ("contacts", "organizations", "attachments") for word in ("zygmunt", "qzjxvk", "7")),
    ("contacts", "contact"),
    ("contacts", "030 00"),
    ("contacts", "0049/30/99 99 99 99"),
    ("contacts", "+49 30 12 34"),
    ("organizations", "company"),
    ("attachments", "scan"),
]


@pytest.mark.slow("loads two desks and learns their words")
@pytest.mark.parametrize("person", ["everything", "nothing"])
async def test_no_kind_reads_more_on_a_larger_desk(desks: tuple[LoadedDesk, LoadedDesk], person: str) -> None:
    for kind, words in CASES:
        read = []
        for desk in desks:
            async with desk.database.reading(desk.people[person]) as transaction:
                # The first in a session reads the catalogue, too.
                await of_kind(transaction, kind, words)
                measuring = MeasuredView(transaction)
                found = await of_kind(measuring, kind, words)
            # Who is in no team sees every contact, and no ticket with its files.
            assert not (found and person == "nothing" and kind in ("tickets", "attachments"))
            assert not measuring.whole & {"messages", "people", "phones", "attachments", "vocabulary"}, (kind, words)
            assert measuring.statements <= 40, (kind, words, measuring.statements)
            read.append(measuring.buffers)
        assert read[1] <= MOST_GROWTH * read[0] + FREE_PAGES, (kind, words, read)


async def test_a_key_of_the_vocabulary_is_looked_up_in_its_index(desks: tuple[LoadedDesk, LoadedDesk]) -> None:
    asked = [["tunnel", "tunnels"], ["w", "S"]]
    for desk in desks:
        async with desk.database.reading(desk.people["everything"]) as transaction:
            plan = "\n".join(row[0] for row in await transaction.fetch(f"explain {vocabulary.FORMS}", [0, 0], *asked))
        assert "Seq Scan on vocabulary" not in plan, plan
        assert "vocabulary_pkey" in plan
