"""Tickets of a search by rank: within the newest mentions the best match comes first, and then the next newest."""

from __future__ import annotations

import re
from typing import Literal

import asyncpg
import msgspec

from atum_desk.kernel.cursors import decode_cursor, encode_cursor
from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.tickets.queries.lists import COLUMNS, JOINS, Parameters, conditions_of_one, ticket_row
from atum_desk.tickets.queries.search import (
    WORKSPACE,
    CorrectedTickets,
    FoundTickets,
    find_tickets,
    read_found,
    with_matches,
)
from atum_desk.tickets.queries.search_words import SearchWords
from atum_desk.tickets.schemas import TicketFilter, TicketPage, TicketRow

SearchSort = Literal["rank", "time"]
# So many of the newest mentions are ranked together. A day's difference of age counts little, a month's as much as the
# difference between an exact word and a form of it.
RANKED_TOGETHER = 200
AGE_DAYS = 30
# How close the words stand is measured by so many forms of each: of a hundred it takes 0.4 ms for every message.
RANKED_FORMS = 8
_NUMBER = re.compile(r"#?([0-9]{1,9})")

# $1 the query, $2 that of the words as they were typed, $3 messages, $4 the query of RANKED_FORMS. Age is that to the
# newest of them, so that the pages of one window agree. The queries are read once, and not again for every message.
RANKS = f"""
    with asked as materialized (select $1::text::tsquery as words, $2::text::tsquery as exact,
                                       $4::text::tsquery as few),
    found as materialized (
      select m.id, m.created_at, max(m.created_at) over () as newest, m.words @@ a.exact as is_exact,
             to_tsvector('simple', t.subject) @@ a.words as in_subject,
             ts_rank_cd(m.words, a.few, 2|32) as density
        from asked a cross join messages m join tickets t on t.id = m.ticket_id where m.id = any($3::bigint[]))
    select f.id, (f.is_exact::int + 2 * f.in_subject::int + f.density
                  + 1 / (1 + extract(epoch from f.newest - f.created_at) / (86400 * {AGE_DAYS})))::float8 as rank
      from found f"""


class RankedPlace(msgspec.Struct, frozen=True, array_like=True):
    """Where a ranked search goes on: the window of mentions below an id (0: the newest), how many of it were shown."""

    before: int
    shown: int


class TicketSearch:
    """The tickets of one search: those that hold its words, and the one that has its number."""

    def __init__(
        self, transaction: ReadTransaction, wanted: TicketFilter, sort: SearchSort, cursor: str | None, limit: int
    ) -> None:
        """Raise ValidationFailed for a cursor of another list."""
        self._view = transaction
        self._wanted = wanted
        self._sort = sort
        self._place = decode_cursor(cursor, RankedPlace)
        self._limit = limit
        tickets = CorrectedTickets(transaction, wanted)
        self.is_found, self.count_forms = tickets.is_found, tickets.count_forms

    async def page(self, words: SearchWords) -> TicketPage:
        """Return a page of the tickets. Raises SearchTooBroad."""
        numbered = await self._with_number()
        before = (self._place.before or None) if self._place else None
        shown = self._place.shown if self._place else 0
        window = RANKED_TOGETHER if self._sort == "rank" else self._limit
        found = await self._found(words, before, window, numbered)
        rows = await self._ranked(words, found.rows) if self._sort == "rank" else found.rows
        page = await read_found(self._view, rows[shown : shown + self._limit])
        items: list[TicketRow] = await with_matches(self._view, words, page)
        if numbered and self._place is None:
            items.insert(0, ticket_row(numbered))
        if shown + self._limit < len(rows):
            place: RankedPlace | None = RankedPlace(before or 0, shown + self._limit)
        else:
            place = RankedPlace(found.before, 0) if found.before else None
        return TicketPage(items, encode_cursor(*msgspec.structs.astuple(place)) if place else None)

    async def _found(
        self, words: SearchWords, before: int | None, window: int, numbered: asyncpg.Record | None
    ) -> FoundTickets:
        found = await find_tickets(self._view, self._wanted, words, before, window, ids_only=True)
        if numbered:
            found = FoundTickets([row for row in found.rows if row["id"] != numbered["id"]], found.before)
        return found

    async def _ranked(self, words: SearchWords, rows: list[asyncpg.Record]) -> list[asyncpg.Record]:
        if len(rows) < 2:
            return rows
        ids = [row["message_id"] for row in rows]
        queries = words.tsquery(), words.tsquery(exact=True)
        ranks = await self._view.fetch(RANKS, *queries, ids, words.tsquery(most=RANKED_FORMS))
        by_id = {row["id"]: row["rank"] for row in ranks}
        return sorted(rows, key=lambda row: (-by_id.get(row["message_id"], 0.0), -row["message_id"]))

    async def _with_number(self) -> asyncpg.Record | None:
        number = _NUMBER.fullmatch(self._wanted.words.strip())
        if not number or int(number[1]) >= 2**31:
            return None
        parameters = Parameters()
        conditions = [WORKSPACE, f"t.number = {parameters.add(int(number[1]))}"]
        conditions += conditions_of_one(self._wanted, parameters)
        statement = f"select {COLUMNS} from tickets t {JOINS} where {' and '.join(conditions)}"
        rows = await self._view.fetch(statement, *parameters.values)
        return rows[0] if rows else None
