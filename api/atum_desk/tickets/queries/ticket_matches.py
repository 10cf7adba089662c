"""Search within one ticket: its messages that hold the words, and which words these are."""

from __future__ import annotations

from collections import Counter

import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.tickets.problems import TicketNotFound
from atum_desk.tickets.queries.search_words import SearchWords, find_correction, read_words
from atum_desk.tickets.thread_schemas import TicketMatch, TicketMatches

MOST_CHARACTERS = 500
MOST_MATCHES = 1_000

# $1 number, $2 the query, $3 the words that it asks for. The messages of one ticket are few enough to be read, so no
# index is asked; their words need no text to be read.
MATCHES = f"""
    with k as materialized (
      select id from tickets where workspace_id = (select ctx_workspace()) and number = $1),
    found as materialized (
      select m.id, m.words from messages m
       where m.ticket_id = (select id from k) and not m.aside and m.words @@ $2::text::tsquery
       order by m.id desc limit {MOST_MATCHES} + 1)
    select coalesce((select json_agg(json_build_object('message_id', f.id, 'words', array(
               select l.lexeme from unnest(f.words) l where l.lexeme = any($3::text[])))) from found f), '[]')::text
      from k"""

_matches = msgspec.json.Decoder(list[TicketMatch])


async def find_matches(transaction: ReadTransaction, number: int, text: str) -> TicketMatches:
    """Return which messages of a ticket hold all words of a text, oldest first.

    Where nothing holds them, one of them may have been corrected. Raises TicketNotFound, and ValidationFailed for
    more than 32 words.
    """
    words = await read_words(transaction, text)
    searched = _SearchedTicket(transaction, number)
    found = await searched.find(words)
    corrected = None
    if not found and (correction := await find_correction(transaction, words, searched.is_found, searched.count_forms)):
        words, corrected = correction
        found = await searched.find(words)
    shown = [TicketMatch(one.message_id, _as_written(one.words)) for one in reversed(found[:MOST_MATCHES])]
    return TicketMatches(shown, more=len(found) > MOST_MATCHES, corrected=corrected)


class _SearchedTicket:
    """What a search and its correction ask of one ticket's messages."""

    def __init__(self, transaction: ReadTransaction, number: int) -> None:
        self._view = transaction
        self._number = number

    async def find(self, words: SearchWords) -> list[TicketMatch]:
        asked = zip(words.query.words, words.forms, strict=True)
        marked = sorted({form for word, forms in asked if not word.excluded for form in forms})
        # What only says what shall not be there is no search.
        query = words.tsquery() if marked else ""
        answer = await self._view.fetchval(MATCHES, self._number, query, marked)
        if answer is None:
            raise TicketNotFound
        return _matches.decode(answer)

    async def is_found(self, words: SearchWords) -> bool:
        return bool(await self.find(words))

    async def count_forms(self, words: SearchWords, forms: list[str]) -> Counter[str]:
        return Counter(form for one in await self.find(words) for form in one.words if form in forms)


def _as_written(words: list[str]) -> list[str]:
    """A number stands in the text without the sign that PostgreSQL reads before it."""
    return sorted({word.lstrip("+-") or word for word in words})
