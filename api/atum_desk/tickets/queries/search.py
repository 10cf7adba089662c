"""Search: the visible tickets whose messages hold the words, newest mention first.

Full text operators cannot use an index under row security, so candidates come through gate functions
and are read under the actor's policies. Messages are searched from the newest back, range by range;
when few of them are in what the actor looks at, the tickets of that are searched instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator

import asyncpg
import msgspec

from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.cursors import cut_page, decode_cursor, encode_cursor
from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.tickets.problems import SearchTooBroad
from atum_desk.tickets.queries.excerpts import list_matches
from atum_desk.tickets.queries.lists import COLUMNS, JOINS, Parameters, conditions_of_one, page_statement, ticket_row
from atum_desk.tickets.queries.search_words import SearchWords, correct_again, find_correction, read_words
from atum_desk.tickets.schemas import CorrectedWord, TicketFilter, TicketPage, TicketRow

# Ids of messages: so many are searched at first, and by so much the next range may grow.
FIRST_SPAN = 1_024
SPAN_GROWTH = 16
# Candidates of one range: the next is made to hold some as wanted, and one with so many times as many is not read.
WANTED_A_RANGE = 500
FEWEST_A_RANGE = 200
CROWDED_TIMES = 2
# A range that was not read is searched in parts: words can lie close together, and where in it nobody knows.
PARTS_OF_CROWDED = 8
# So many candidates one request may read, and so many once it has found something.
MOST_EXAMINED = 30_000
ENOUGH_EXAMINED = 8_000
# Once some candidates were read: when so many and more are left, the tickets of what the actor looks at are searched
# instead, if they are no more than so many. Few tickets cost little to ask for.
ENOUGH_CANDIDATES = 300
MOST_TICKETS = {1_000: 1_000, 8_000: 12_000}

FOUND = """
    select t.*, n.message_id as found_id from newest n join tickets t on t.id = n.ticket_id
     where {conditions} order by n.message_id desc limit {rows}"""
# What lists show of the tickets found, or their ids alone for whoever shows few of them or none.
ROWS = f"select {COLUMNS}, t.found_id as message_id from ({FOUND}) t {JOINS}"
IDS = f"select t.id, t.found_id as message_id from ({FOUND}) t"
ROWS_OF = f"""
    select {COLUMNS}, t.found_id as message_id
      from (select t.*, n.message_id as found_id
              from unnest($1::bigint[], $2::bigint[]) n(ticket_id, message_id) join tickets t on t.id = n.ticket_id) t
           {JOINS}"""

# $1 the query, $2 the id before which messages are searched, $3 how many ids, $4 tickets that are found already,
# $5 how many candidates may be read.
BY_RANGE = """
    with range as materialized (
      select * from search_messages($1::text::tsquery, $2, $3, $5)),
    newest as (
      select distinct on (f.ticket_id) f.ticket_id, f.message_id
        from range r, unnest(r.message_ids, r.ticket_ids) f(message_id, ticket_id)
       order by f.ticket_id, f.message_id desc)
    select r.searched_from, r.examined, coalesce(cardinality((select ctx_teams())), 0) as teams, f.*
      from range r left join ({found}) f on true
     order by f.message_id desc"""

# $1 and $2 as above.
BY_TICKET = """
    with narrow as materialized (
      select coalesce(array_agg(n.id), '{{}}') as ids from ({tickets}) n),
    newest as materialized (
      select f.ticket_id, f.message_id
        from narrow n, search_messages_of($1::text::tsquery, n.ids, $2) f
       where cardinality(n.ids) <= {most})
    select cardinality(n.ids) as tickets, f.* from narrow n left join ({found}) f on true
     order by f.message_id desc"""

# Of the newest tickets that are found by one of several words, so many decide which one is taken.
COUNTED_TICKETS = 50
COUNT_FORMS = """
    select l.lexeme as word, count(*) as messages from messages m cross join unnest(m.words) l
     where m.id = any($1::bigint[]) and l.lexeme = any($2::text[]) group by l.lexeme"""

WORKSPACE = "t.workspace_id = (select ctx_workspace())"


class SearchPlace(msgspec.Struct, frozen=True, array_like=True):
    """Where a search goes on: the id before which messages are to be searched, and the word that was corrected."""

    before: int
    corrected: CorrectedWord | None = None


async def search_tickets(
    transaction: ReadTransaction, wanted: TicketFilter, cursor: str | None, limit: int
) -> TicketPage:
    """Return a page of the visible tickets whose messages hold all words, with an excerpt of each.

    A page with a cursor holds tickets; it is shorter than `limit` only when the search has read its
    share of candidates. Where nothing holds the words, one of them may have been corrected. Raises
    SearchTooBroad when it has read its share and found nothing, and ValidationFailed for more than 32 words.
    """
    place = read_place(cursor)
    words = await read_words(transaction, wanted.words)
    corrected = place.corrected if place else None
    if corrected:
        words = await correct_again(transaction, words, corrected)
    found = await find_tickets(transaction, wanted, words, place.before if place else None, limit)
    if not found.rows and place is None:
        tickets = CorrectedTickets(transaction, wanted)
        if correction := await find_correction(transaction, words, tickets.is_found, tickets.count_forms):
            words, corrected = correction
            found = await find_tickets(transaction, wanted, words, None, limit)
    items = await with_matches(transaction, words, found.rows)
    return TicketPage(items, write_place(found.before, corrected), corrected or msgspec.UNSET)


def read_place(cursor: str | None) -> SearchPlace | None:
    """Return where a search goes on. Raises ValidationFailed when it is not a cursor of a search."""
    return decode_cursor(cursor, SearchPlace)


def write_place(before: int, corrected: CorrectedWord | None) -> str | None:
    """Return the cursor of what is left below an id of messages; None when nothing is."""
    return encode_cursor(before, corrected) if before else None


class FoundTickets(msgspec.Struct, frozen=True):
    """Rows of tickets, the newest mention first, and the id below which more may be found (0: nothing)."""

    rows: list[asyncpg.Record]
    before: int


async def find_tickets(
    transaction: ReadTransaction,
    wanted: TicketFilter,
    words: SearchWords,
    before: int | None,
    limit: int,
    *,
    ids_only: bool = False,
) -> FoundTickets:
    """Return the newest visible tickets whose messages hold the words, at most `limit`. Raises SearchTooBroad.

    `ids_only`: the rows are `id` and `message_id`, which reads half as many pages; `read_found` reads the rest.
    """
    search = _Search(transaction, wanted, words.tsquery(), before, limit, ids_only=ids_only)
    await search.run()
    if search.before and not search.found:
        raise SearchTooBroad(examined=search.examined)
    rows, more = cut_page(search.found, limit)
    return FoundTickets(rows, rows[-1]["message_id"] if more else search.before)


async def read_found(transaction: ReadTransaction, found: list[asyncpg.Record]) -> list[asyncpg.Record]:
    """Return what lists show of tickets that were found by id, in their order, in one statement."""
    if not found:
        return []
    rows = await transaction.fetch(ROWS_OF, [row["id"] for row in found], [row["message_id"] for row in found])
    by_id = {row["id"]: row for row in rows}
    return [by_id[row["id"]] for row in found if row["id"] in by_id]


class CorrectedTickets:
    """What a correction asks of the tickets that the actor sees."""

    def __init__(self, transaction: ReadTransaction, wanted: TicketFilter) -> None:
        self._view = transaction
        self._wanted = wanted

    async def is_found(self, words: SearchWords) -> bool:
        """Tell whether a ticket holds the words."""
        return bool((await find_tickets(self._view, self._wanted, words, None, 1, ids_only=True)).rows)

    async def count_forms(self, words: SearchWords, forms: list[str]) -> Counter[str]:
        """Count by form the messages, of the newest tickets that hold the words, that hold it."""
        found = await find_tickets(self._view, self._wanted, words, None, COUNTED_TICKETS, ids_only=True)
        if not found.rows:
            return Counter()
        rows = await self._view.fetch(COUNT_FORMS, [row["message_id"] for row in found.rows], forms)
        return Counter({row["word"]: row["messages"] for row in rows})


async def walk_found(transaction: ReadTransaction, wanted: TicketFilter, batch: int) -> AsyncIterator[list[int]]:
    """Yield the ids of all visible tickets that a search finds, in its order, at most `batch` at a time.

    A batch may be empty: it has read its share of candidates, and none of them was visible or fitted.
    Raises ValidationFailed for more than 32 words.
    """
    query = (await read_words(transaction, wanted.words)).tsquery()
    after: int | None = None
    while after != 0:
        search = _Search(transaction, wanted, query, after, batch, ids_only=True)
        await search.run()
        rows, more = cut_page(search.found, batch)
        yield [row["id"] for row in rows]
        after = rows[-1]["message_id"] if more else search.before


class _Search:
    """One request's search: what it found, and the id before which messages are yet to be searched (0: none)."""

    def __init__(
        self,
        transaction: ReadTransaction,
        wanted: TicketFilter,
        query: str,
        after: int | None,
        limit: int,
        *,
        ids_only: bool = False,
    ) -> None:
        self.found: list[asyncpg.Record] = []
        self.examined = 0
        self._start = self.before = 2**62 if after is None else after
        self._view = transaction
        self._query = query
        # The system is in no team and sees all.
        self._sees_by_team = not isinstance(transaction.actor, SystemActor)
        # A search has one order.
        self._wanted = msgspec.structs.replace(wanted, sort="-updated_at")
        self._continues = after is not None
        self._limit = limit
        self._rows = IDS if ids_only else ROWS
        self._span = FIRST_SPAN
        # The id where the last range began that held too many candidates to read.
        self._crowded_from: int | None = None
        self._searched_ids = 0
        self._candidates = 0
        self._asked_tickets = 0

    async def run(self) -> None:
        """Search until the page and one row more are found, all is searched, or enough is read."""
        while self.before and len(self.found) <= self._limit and self._may_read_on():
            most = self._tickets_to_ask()
            if most > self._asked_tickets and await self._search_narrow(most):
                return
            await self._search_range()

    def _may_read_on(self) -> bool:
        return self.examined < (ENOUGH_EXAMINED if self.found else MOST_EXAMINED)

    async def _search_range(self) -> None:
        most = max(FIRST_SPAN, CROWDED_TIMES * self._useful_candidates())
        parameters = Parameters()
        parameters.values = [self._query, self.before, self._span, [row["id"] for row in self.found], most]
        conditions = [WORKSPACE, "t.id <> all($4::bigint[])", *conditions_of_one(self._wanted, parameters)]
        if self._continues:
            conditions.append(_not_shown_before(parameters.add(self._start)))
        statement = BY_RANGE.format(found=self._found(conditions))
        rows = await self._view.fetch(statement, *parameters.values)
        self.examined += rows[0]["examined"]
        if rows[0]["examined"] > most:
            self._crowded_from = rows[0]["searched_from"]
            self._span = max(FIRST_SPAN, self._span // PARTS_OF_CROWDED)
            return
        self.found += [row for row in rows if row["message_id"] is not None]
        self._searched_ids += self._span
        self._candidates += rows[0]["examined"]
        # Who is in no team sees no ticket, however far back.
        self.before = rows[0]["searched_from"] if rows[0]["teams"] or not self._sees_by_team else 0
        self._span = self._next_span(rows[0]["examined"])

    def _found(self, conditions: list[str]) -> str:
        return self._rows.format(conditions=" and ".join(conditions), rows=self._limit + 1)

    def _next_span(self, examined: int) -> int:
        """Return a length for which the next range holds about as many candidates as are of use."""
        span = min(self._span * SPAN_GROWTH, self._span * self._useful_candidates() // max(examined, 1))
        if self._crowded_from is not None and self._crowded_from < self.before:
            # What was found too crowded is not asked for again as a whole, however few were in its newest part.
            span = min(span, (self.before - self._crowded_from) // PARTS_OF_CROWDED)
        return max(FIRST_SPAN, span)

    def _useful_candidates(self) -> int:
        if not self.found:
            return WANTED_A_RANGE
        return min(WANTED_A_RANGE, max(FEWEST_A_RANGE, 2 * self._candidates_to_fill()))

    def _candidates_to_fill(self) -> int:
        """Estimate how many more candidates it takes to fill the page, from those that were read."""
        return (self._limit + 1 - len(self.found)) * self._candidates // max(1, len(self.found))

    def _tickets_to_ask(self) -> int:
        """Return how many tickets are worth asking for, by how many candidates are left to read."""
        if self.examined < ENOUGH_CANDIDATES:
            return 0
        in_all = self.examined * self.before // max(1, self._searched_ids)
        left = min(in_all, self._candidates_to_fill())
        return max((most for many, most in MOST_TICKETS.items() if left >= many), default=0)

    async def _search_narrow(self, most: int) -> bool:
        """Search the tickets of what the actor looks at, if these are so few; return whether that was done."""
        self._asked_tickets = most
        parameters = Parameters()
        parameters.values = [self._query, self._start]
        tickets = page_statement(self._wanted, None, most + 1, parameters)
        conditions = [WORKSPACE, *([_not_shown_before("$2")] if self._continues else [])]
        statement = BY_TICKET.format(tickets=tickets, most=most, found=self._found(conditions))
        rows = await self._view.fetch(statement, *parameters.values)
        if rows[0]["tickets"] > most:
            return False
        self.found = [row for row in rows if row["message_id"] is not None]
        self.before = 0
        return True


def _not_shown_before(start: str) -> str:
    """A ticket stands where its newest mention stands; an older mention does not show it again."""
    newer = f"m.ticket_id = t.id and m.id >= {start} and m.words @@ $1::text::tsquery"
    return f"not exists (select from messages m where {newer})"


async def with_matches(transaction: ReadTransaction, words: SearchWords, rows: list[asyncpg.Record]) -> list[TicketRow]:
    """Return the rows as lists show them, each with where the words were found, in one statement."""
    matches = await list_matches(transaction, words.tsquery(), [row["message_id"] for row in rows])
    items = [ticket_row(row) for row in rows]
    for row, item in zip(rows, items, strict=True):
        item.match = matches.get(row["message_id"], msgspec.UNSET)
    return items
