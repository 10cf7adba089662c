"""`./atum search`: what an administrator on the machine finds, who sees every ticket."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import msgspec

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.database.workspaces import for_each_workspace
from atum_desk.kernel.field_notices import NotAmong
from atum_desk.kernel.problems import ValidationFailed
from atum_desk.search.find import AskedSearch, search
from atum_desk.search.schemas import KINDS, Kind, SearchResult
from atum_desk.tickets.public import MarkedText

# What marks a found word in a terminal: bold and underlined.
BOLD, PLAIN = "\x1b[1;4m", "\x1b[0m"


def kinds_of(text: str) -> list[Kind]:
    """Return the kinds of a comma-separated list. Raises ValidationFailed."""
    named = [one.strip() for one in text.split(",") if one.strip()]
    if not set(named) <= set(KINDS):
        raise ValidationFailed.of("kinds", NotAmong(list(KINDS)))
    return msgspec.convert(named, list[Kind])


async def search_on_machine(
    settings: Settings, database_url: str, text: str, kinds: list[Kind], limit: int
) -> list[SearchResult]:
    """Search each workspace of the installation, the oldest first.

    Raises what `search` raises: ConditionInvalid, SearchTooBroad, ListTooBroad, ValidationFailed.
    """
    database = Database(settings, database_url, settings.secret)
    await database.open("atum_desk_worker", size=1)
    try:
        asked = AskedSearch(text=text, kinds=kinds, zone=ZoneInfo("UTC"), limit=limit)
        return [await search(database, actor, asked) async for actor in for_each_workspace(database, "cli")]
    finally:
        await database.close()


def result_lines(result: SearchResult, *, colored: bool) -> Iterator[str]:
    """Yield what a person reads of a result, a line for each thing that was found."""
    if result.corrected:
        yield f"Showing results for {result.corrected.to}; nothing holds {result.corrected.from_}."
    if result.tickets:
        for ticket in result.tickets.items:
            excerpt = _text(ticket.match.excerpt, colored) if ticket.match else ""
            yield f"#{ticket.number}  {_one_line(ticket.subject)}  {excerpt}".rstrip()
    if result.contacts:
        for contact in result.contacts.items:
            reach = ", ".join(_text(one, colored) for one in [*contact.emails, *contact.phones])
            yield f"contact {contact.id}  {_text(contact.name, colored)}  {reach}".rstrip()
    if result.organizations:
        for one in result.organizations.items:
            domains = ", ".join(_text(domain, colored) for domain in one.domains)
            yield f"organization {one.id}  {_text(one.name, colored)}  {domains}".rstrip()
    if result.attachments:
        for file in result.attachments.items:
            yield f"attachment {file.id}  {_text(file.filename, colored)}  on #{file.ticket_number}"
    for kind in KINDS:
        page = getattr(result, kind)
        if page and page.next_cursor:
            yield f"There are more {kind}; --limit shows up to 50 of each."


def _text(parts: list[MarkedText], colored: bool) -> str:
    return "".join(
        f"{BOLD}{_one_line(part.text)}{PLAIN}" if colored and part.marked else _one_line(part.text) for part in parts
    )


def _one_line(text: str) -> str:
    """What others wrote moves no cursor and begins no line."""
    return "".join(one if one.isprintable() else " " for one in text)
