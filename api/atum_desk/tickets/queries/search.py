"""Search: the visible tickets whose messages hold the words, newest mention first.

Full text operators cannot use an index under row security, so candidates come through gate functions
and are read under the actor's policies. Either the messages are searched from the newest back, range
by range, or, when few of them are in what the actor looks at, the tickets of that are.
"""

from __future__ import annotations

import asyncpg
import msgspec

from atum_desk.kernel.db import View
from atum_desk.kernel.paging import cut_page, decode_cursor, encode_cursor
from atum_desk.kernel.problems import ValidationFailed
from atum_desk.tickets.problems import SearchTooBroad
from atum_desk.tickets.queries.excerpts import list_matches
from atum_desk.tickets.queries.lists import (
    COLUMNS,
    JOINS,
    VIEWS,
    Parameters,
    narrowings_of,
    ticket_row,
)
from atum_desk.tickets.schemas import TicketFilter, TicketPage, TicketRow

MOST_WORDS = 32
# Messages by id, of which the first range is read whole if need be, and by how much a range may grow.
FIRST_SPAN = 1_024
SPAN_GROWTH = 16
# Candidates of one range: more than the most are not read, and the next range is made to hold some as wanted.
MOST_A_RANGE = 4_096
WANTED_A_RANGE = 1_000
FEWEST_A_RANGE = 200
# So many candidates one request may read.
MOST_EXAMINED = 30_000
# When so many candidates are still to read, the tickets of what the actor looks at are asked for, if they are so few.
MANY_CANDIDATES = 1_500
MOST_TICKETS = 20_000

ROWS = f"""
    select {COLUMNS}, t.found_id as message_id
      from (select t.*, n.message_id as found_id from newest n join tickets t on t.id = n.ticket_id
             where {{conditions}} order by n.message_id desc limit {{rows}}) t {JOINS}"""

# $1 words, $2 the id before which messages are searched, $3 the range's length, $4 tickets that are found already.
BY_RANGE = f"""
    with range as materialized (
      select * from search_messages(websearch_to_tsquery('simple', $1), $2, $3, {MOST_A_RANGE})),
    newest as (
      select distinct on (f.ticket_id) f.ticket_id, f.message_id
        from range r, unnest(r.message_ids, r.ticket_ids) f(message_id, ticket_id)
       order by f.ticket_id, f.message_id desc)
    select r.searched_from, r.examined, f.* from range r left join ({ROWS}) f on true
     order by f.message_id desc"""

# $1 and $2 as above.
BY_TICKET = f"""
    with narrow as materialized (
      select coalesce(array_agg(n.id), '{{{{}}}}') as ids
        from (select t.id from tickets t where {{narrowings}} limit {MOST_TICKETS + 1}) n),
    newest as materialized (
      select f.ticket_id, f.message_id
        from narrow n, search_messages_of(websearch_to_tsquery('simple', $1), n.ids, $2) f
       where cardinality(n.ids) <= {MOST_TICKETS})
    select cardinality(n.ids) as tickets, f.* from narrow n left join ({ROWS}) f on true
     order by f.message_id desc"""

SEEN_TEAMS = "select ctx_teams() as teams, (select count(*) from teams) > cardinality(ctx_teams()) as only_some"
WORKSPACE = "t.workspace_id = (select ctx_workspace())"


async def search_tickets(
    view: View, wanted: TicketFilter, cursor: str | None, limit: int
) -> TicketPage:
    """Return a page of the visible tickets whose messages hold all words, with an excerpt of each.

    A page is short or empty only when nothing more is found, or short when the search has read its
    share of candidates. Raises SearchTooBroad when it has and found nothing, and ValidationFailed
    for more than 32 words.
    """
    if len(wanted.words.split()) > MOST_WORDS:
        raise ValidationFailed.of("q", f"holds more than {MOST_WORDS} words")
    after = decode_cursor(cursor, tuple[int])
    search = _Search(view, wanted, after[0] if after else None, limit)
    await search.run()
    if search.before and not search.found:
        raise SearchTooBroad(examined=search.examined)
    rows, more = cut_page(search.found, limit)
    last = rows[-1]["message_id"] if more else search.before
    return TicketPage(
        items=await _with_matches(view, wanted.words, rows),
        next_cursor=encode_cursor(last) if last else None,
    )


class _Search:
    """One request's search: what it found, and the id before which messages are yet to be searched (0: none)."""

    def __init__(self, view: View, wanted: TicketFilter, after: int | None, limit: int) -> None:
        self.found: list[asyncpg.Record] = []
        self.examined = 0
        self._start = self.before = 2**62 if after is None else after
        self._view = view
        self._wanted = wanted
        self._continues = after is not None
        self._limit = limit
        self._span = FIRST_SPAN
        self._searched_ids = 0
        self._asked_tickets = False

    async def run(self) -> None:
        """Search until the page and one row more are found, all is searched, or enough is read."""
        while self.before and len(self.found) <= self._limit and self.examined < MOST_EXAMINED:
            if not self._asked_tickets and self._candidates_left() > MANY_CANDIDATES:
                self._asked_tickets = True
                if await self._search_narrow():
                    return
            await self._search_range()

    async def _search_range(self) -> None:
        parameters = Parameters()
        parameters.values = [
            self._wanted.words, self.before, self._span, [row["id"] for row in self.found]
        ]  # fmt: skip
        conditions = [WORKSPACE, "t.id <> all($4::bigint[])", *self._narrowings(parameters)]
        statement = BY_RANGE.format(conditions=" and ".join(conditions), rows=self._limit + 1)
        rows = await self._view.fetch(statement, *parameters.values)
        searched_from, examined = rows[0]["searched_from"], rows[0]["examined"]
        self.examined += examined
        if examined > MOST_A_RANGE:
            self._span = max(FIRST_SPAN, self._span // SPAN_GROWTH)
            return
        self.found += [row for row in rows if row["message_id"] is not None]
        self._searched_ids += self._span
        self.before = searched_from
        self._span = self._next_span(examined)

    def _next_span(self, examined: int) -> int:
        """Return a length for which the next range holds about as many candidates as are of use."""
        useful = WANTED_A_RANGE
        if self.found:
            missing = self._limit + 1 - len(self.found)
            useful = min(useful, max(FEWEST_A_RANGE, 2 * missing * self.examined // len(self.found)))
        return min(
            self._span * SPAN_GROWTH, max(FIRST_SPAN, self._span * useful // max(examined, 1))
        )

    def _candidates_left(self) -> float:
        """Estimate how many more candidates it takes to fill the page, from those that were read."""
        if not self._searched_ids:
            return 0
        left = self.examined / self._searched_ids * self.before
        if not self.found:
            return left
        missing = self._limit + 1 - len(self.found)
        return min(left, missing * self.examined / len(self.found))

    async def _search_narrow(self) -> bool:
        """Search the tickets of what the actor looks at, if these are few; return whether that was done."""
        parameters = Parameters()
        parameters.values = [self._wanted.words, self._start]
        seen = await self._view.fetchone(SEEN_TEAMS)
        narrow = _of_tickets(self._wanted, parameters)
        if seen["only_some"]:
            narrow.append(f"t.team_id = any({parameters.add(seen['teams'])}::bigint[])")
        if not narrow:
            return False
        conditions = [WORKSPACE]
        if self._continues:
            conditions.append(_not_shown_before("$1", "$2"))
        statement = BY_TICKET.format(
            narrowings=" and ".join([WORKSPACE, *narrow]), conditions=" and ".join(conditions), rows=self._limit + 1
        )  # fmt: skip
        rows = await self._view.fetch(statement, *parameters.values)
        if rows[0]["tickets"] > MOST_TICKETS:
            return False
        self.found = [row for row in rows if row["message_id"] is not None]
        self.before = 0
        return True

    def _narrowings(self, parameters: Parameters) -> list[str]:
        """Return the conditions of a ticket that stands in a range of messages."""
        wanted = msgspec.structs.replace(self._wanted, tag=None)
        conditions = [VIEWS[wanted.view]] if wanted.view != "all" else []
        conditions += narrowings_of(wanted, parameters)
        if self._wanted.tag:
            conditions.append(f"t.tags @> array[{parameters.add(self._wanted.tag.lower())}::text]")
        if self._continues:
            conditions.append(_not_shown_before("$1", parameters.add(self._start)))
        return conditions


def _of_tickets(wanted: TicketFilter, parameters: Parameters) -> list[str]:
    """Return the conditions that an index of tickets answers; every value is a parameter."""
    conditions = [VIEWS[wanted.view]] if wanted.view != "all" else []
    conditions += narrowings_of(msgspec.structs.replace(wanted, tag=None), parameters)
    if wanted.tag:
        tag = parameters.add(wanted.tag.lower())
        conditions.append(f"t.id = any(array(select find_tagged({tag}, {MOST_TICKETS + 1})))")
    return conditions


def _not_shown_before(words: str, before: str) -> str:
    """A ticket stands where its newest mention stands; an older mention does not show it again."""
    newer = f"m.ticket_id = t.id and m.id >= {before} and m.words @@ websearch_to_tsquery('simple', {words})"
    return f"not exists (select from messages m where {newer})"


async def _with_matches(view: View, words: str, rows: list[asyncpg.Record]) -> list[TicketRow]:
    matches = await list_matches(view, words, [row["message_id"] for row in rows])
    items = [ticket_row(row) for row in rows]
    for row, item in zip(rows, items, strict=True):
        item.match = matches.get(row["message_id"], msgspec.UNSET)
    return items
