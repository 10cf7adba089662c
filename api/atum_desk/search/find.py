"""One search: the text is read once, each kind is asked in turn, and a word that no kind holds may be corrected."""

from __future__ import annotations

from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import msgspec

from atum_desk.contacts.public import CONTACT_READ
from atum_desk.kernel.audience import TICKET_READ
from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.cursors import decode_cursor, encode_cursor
from atum_desk.kernel.database.units_of_work import READ, Database, ReadTransaction
from atum_desk.kernel.problems import ValidationFailed
from atum_desk.search.notices import CursorOfManyKinds
from atum_desk.search.queries import attachments, contacts
from atum_desk.search.schemas import KINDS, Kind, SearchResult
from atum_desk.search.word_groups import WordGroup, without_brackets, word_groups
from atum_desk.tickets.public import (
    LIST_SECONDS,
    CorrectedWord,
    ListTooBroad,
    SearchSort,
    SearchWords,
    TicketFilter,
    TicketPage,
    TicketSearch,
    correct_again,
    find_correction,
    read_tickets_in,
    read_words,
    with_condition,
)

PERMISSIONS: dict[Kind, str] = {
    "tickets": TICKET_READ,
    "contacts": CONTACT_READ,
    "organizations": CONTACT_READ,
    "attachments": TICKET_READ,
}
# What of a row holds the words.
COLUMNS: dict[Kind, tuple[str, ...]] = {
    "contacts": ("name", "emails"),
    "organizations": ("name", "domains"),
    "attachments": ("filename",),
}
# Of what is found by one of several words, so many rows decide which one is taken.
COUNTED_NAMES = 50


class AskedSearch(msgspec.Struct, frozen=True, kw_only=True):
    """A search as somebody asks for it: a condition in its text form, of which kinds, and which page."""

    text: str
    kinds: list[Kind]
    zone: ZoneInfo
    sort: SearchSort = "rank"
    cursor: str | None = None
    limit: int = 10


class SearchCursor(msgspec.Struct, frozen=True, array_like=True):
    """The place in one kind's list, and the word that was corrected on its first page."""

    place: str
    corrected: CorrectedWord | None = None


async def search(database: Database, actor: Actor | SystemActor, asked: AskedSearch) -> SearchResult:
    """Return what of each kind holds the words, as far as the actor sees it.

    Without `kinds`: all that the actor may read. Comparisons beside the words narrow tickets alone. Raises
    PermissionMissing for a kind that was asked for, ConditionInvalid, SearchTooBroad, ListTooBroad, and
    ValidationFailed for a cursor with another number of kinds than one.
    """
    for kind in asked.kinds:
        actor.require(PERMISSIONS[kind])
    kinds = asked.kinds or [kind for kind in KINDS if actor.may(PERMISSIONS[kind])]
    if asked.cursor and len(kinds) != 1:
        raise ValidationFailed.of("cursor", CursorOfManyKinds())
    begin = f"{READ}; set local statement_timeout = {LIST_SECONDS * 1000:.0f}"
    async with database.reading(actor, begin) as transaction:
        try:
            return await _SearchOfKinds(transaction, asked, kinds).result()
        except asyncpg.QueryCanceledError:
            raise ListTooBroad from None


class _SearchOfKinds:
    """One request's search in its transaction."""

    def __init__(self, transaction: ReadTransaction, asked: AskedSearch, kinds: list[Kind]) -> None:
        self._view = transaction
        self._asked = asked
        self._kinds = list(dict.fromkeys(kinds))
        self._cursor = decode_cursor(asked.cursor, SearchCursor)
        self._wanted = TicketFilter(view="all")

    async def result(self) -> SearchResult:
        everything = self._wanted
        text = without_brackets(self._asked.text)
        self._wanted = await with_condition(self._view, self._view.actor, everything, text, self._asked.zone)
        if not self._wanted.words:
            return await self._without_words(self._wanted is everything)
        words = await read_words(self._view, self._wanted.words)
        if self._cursor is not None:
            corrected = self._cursor.corrected
            if corrected:
                words = await correct_again(self._view, words, corrected)
            return self._answer(await self._pages(words), corrected)
        pages = await self._pages(words)
        if any(page.items for page in pages.values()):
            return self._answer(pages, None)
        correction = await find_correction(self._view, words, self._is_found, self._count_forms)
        if correction is None:
            return self._answer(pages, None)
        return self._answer(await self._pages(correction[0]), correction[1])

    def _tickets(self) -> TicketSearch:
        place = self._cursor.place if self._cursor else None
        return TicketSearch(self._view, self._wanted, self._asked.sort, place, self._asked.limit)

    async def _pages(self, words: SearchWords) -> dict[Kind, Any]:
        pages: dict[Kind, Any] = {}
        for kind in self._kinds:
            if kind == "tickets":
                pages[kind] = await self._tickets().page(words)
            else:
                place = self._cursor.place if self._cursor else None
                found = await self._named(kind, words, place, self._asked.limit)
                pages[kind] = _presented(kind, *found, self._groups(words))
        return pages

    async def _named(
        self, kind: Kind, words: SearchWords, place: str | None, limit: int
    ) -> tuple[list[asyncpg.Record], Any]:
        """Return rows of another kind than tickets, and where to go on."""
        if kind == "contacts":
            return await contacts.find_contacts(self._view, self._groups(words), place, limit)
        patterns = words.patterns()
        if kind == "organizations":
            return await contacts.find_organizations(self._view, patterns, place, limit)
        return await attachments.find_attachments(self._view, patterns, place, limit)

    def _groups(self, words: SearchWords) -> list[WordGroup]:
        return word_groups(words.patterns(), self._wanted.words or "")

    async def _without_words(self, is_empty: bool) -> SearchResult:
        """Comparisons alone list tickets; nothing at all finds nothing."""
        pages: dict[Kind, Any] = {}
        for kind in self._kinds:
            if kind != "tickets":
                pages[kind] = _presented(kind, [], None, [])
            elif is_empty:
                pages[kind] = TicketPage([], None)
            else:
                place = self._cursor.place if self._cursor else None
                pages[kind] = await read_tickets_in(self._view, self._wanted, place, self._asked.limit)
        return self._answer(pages, None)

    def _answer(self, pages: dict[Kind, Any], corrected: CorrectedWord | None) -> SearchResult:
        for kind, page in pages.items():
            if page.next_cursor:
                whole = encode_cursor(page.next_cursor, corrected)
                pages[kind] = msgspec.structs.replace(page, next_cursor=whole)
        return SearchResult(corrected, **pages)

    async def _is_found(self, words: SearchWords) -> bool:
        for kind in self._kinds:
            if kind == "tickets":
                if await self._tickets().is_found(words):
                    return True
            elif (await self._named(kind, words, None, 1))[0]:
                return True
        return False

    async def _count_forms(self, words: SearchWords, forms: list[str]) -> Counter[str]:
        """Count in the first kind that finds any."""
        for kind in self._kinds:
            if kind == "tickets":
                counted = await self._tickets().count_forms(words, forms)
            else:
                rows, _ = await self._named(kind, words, None, COUNTED_NAMES)
                texts = [" ".join(_texts(row[column]) for column in COLUMNS[kind]).lower() for row in rows]
                counted = Counter(form for text in texts for form in forms if form in text)
            if counted:
                return counted
        return Counter()


def _presented(kind: Kind, rows: list[asyncpg.Record], place: Any, groups: list[WordGroup]) -> Any:
    if kind == "contacts":
        return contacts.present_contacts(rows, place, groups)
    patterns = [word for one in groups for word in one.patterns]
    if kind == "organizations":
        return contacts.present_organizations(rows, place, patterns)
    return attachments.present_attachments(rows, place or 0, patterns)


def _texts(value: str | list[str]) -> str:
    return value if isinstance(value, str) else " ".join(value)
