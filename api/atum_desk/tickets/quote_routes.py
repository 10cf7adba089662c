"""HTTP routes of what a reply quotes."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import Parameter

from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.outbox.public import quote_html, quote_text
from atum_desk.tickets import permissions, problems
from atum_desk.tickets.queries import threads
from atum_desk.tickets.queries.quotes import list_quotable
from atum_desk.tickets.quote_schemas import QUOTED, Quote, QuotedHistory

NEWEST = 2**62


@get("/tickets/{number:int}/quote", opt=needs(permissions.READ), responses=answers(problems.TicketNotFound))
async def get_quote(
    database: Database,
    actor: Actor,
    number: int,
    quote: Annotated[Quote, Parameter(description="The last message that was said in public, or all.")] = "last",
) -> QuotedHistory:
    """Return what a reply would quote below itself if it were sent now; never a note."""
    async with database.reading(actor) as transaction:
        ticket_id = await threads.get_ticket_id(transaction, number)
        quoted = await list_quotable(transaction, ticket_id, NEWEST, QUOTED[quote])
        return QuotedHistory(quote=quote, messages=len(quoted), text=quote_text(quoted), html=quote_html(quoted))


routes = [get_quote]
