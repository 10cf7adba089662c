"""The HTTP route of the search."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import Parameter

from atum_desk.conditions.public import MAX_CHARACTERS, ConditionInvalid
from atum_desk.contacts.public import CONTACT_READ
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import words_of, zone_of
from atum_desk.kernel.audience import TICKET_READ
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.search.find import AskedSearch, search
from atum_desk.search.schemas import KINDS, SearchResult
from atum_desk.tickets.public import ListTooBroad, SearchSort, SearchTooBroad

MOST_A_KIND = 50
TEXT = "Words to search for, and conditions that narrow tickets, such as `vpn status:open`"
ZONE = "The reader's time zone, such as Europe/Berlin: when days begin in conditions"


@get("/search", opt=needs(TICKET_READ, CONTACT_READ), responses=answers(SearchTooBroad, ListTooBroad, ConditionInvalid))
async def search_everything(
    database: Database,
    actor: Actor,
    q: Annotated[str, Parameter(max_length=MAX_CHARACTERS, description=TEXT)] = "",
    kinds: Annotated[
        str | None, Parameter(description="tickets, contacts, organizations, attachments; separated by commas")
    ] = None,
    zone: Annotated[str, Parameter(max_length=60, description=ZONE)] = "UTC",
    sort: SearchSort = "rank",
    limit: Annotated[int, Parameter(ge=1, le=MOST_A_KIND, description="Of each kind")] = 10,
    cursor: Annotated[str | None, Parameter(description="Of the one kind that is asked for")] = None,
) -> SearchResult:
    """Search tickets by number, subject and messages, people and companies by name and address, attachments by name.

    A word that nothing holds is taken for a mistake of one letter where another is found; `corrected` says so.
    """
    named = words_of(kinds, "kinds", KINDS)
    asked = AskedSearch(text=q, kinds=named, zone=zone_of(zone), sort=sort, cursor=cursor, limit=limit)  # type: ignore[arg-type]
    return await search(database, actor, asked)


routes = [search_everything]
