"""HTTP routes of history: the list of changes, and undo."""

from __future__ import annotations

from typing import Annotated

from litestar import get, post
from litestar.params import Parameter, QueryParameter

from atum_desk.history import commands, queries
from atum_desk.history.models import ChangePage, Scope, Undone
from atum_desk.history.permissions import AUDIT_READ, TICKET_READ
from atum_desk.history.problems import ChangeNotFound, NotUndoable, UndoConflict
from atum_desk.http.access import SIGNED_IN, needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import Limit
from atum_desk.kernel.context import Actor
from atum_desk.kernel.cursors import DEFAULT_LIMIT, cut_page, decode_cursor, encode_cursor
from atum_desk.kernel.database.units_of_work import Database


@post(
    "/changes/{change_id:int}/undo",
    opt=SIGNED_IN,
    status_code=200,
    responses=answers(ChangeNotFound, NotUndoable, UndoConflict),
)
async def undo_change(
    database: Database,
    actor: Actor,
    change_id: int,
    # `scope` itself is the framework's name for the connection.
    extent: Annotated[
        Scope,
        QueryParameter(
            name="scope",
            description="`run`: also what was made at once with it, by one rule of one change or by one undo; "
            "`chain`: also all that rules and their like made of it",
        ),
    ] = "change",
) -> Undone:
    """Take a change back, or several whole or not at all. The answer's change can itself be undone, which is redo."""
    return await commands.undo(database, actor, change_id, extent)


@get("/changes", opt=needs(TICKET_READ, AUDIT_READ))
async def list_changes(
    database: Database,
    actor: Actor,
    ticket: Annotated[int | None, Parameter(description="Only changes of this ticket number")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> ChangePage:
    """List the changes that the actor may see, newest first."""
    after = decode_cursor(cursor, tuple[int])
    async with database.reading(actor) as transaction:
        rows = await queries.list_changes(transaction, after[0] if after else 2**62, limit + 1, ticket)
    items, more = cut_page(rows, limit)
    return ChangePage(items=items, next_cursor=encode_cursor(items[-1].id) if more else None)


routes = [undo_change, list_changes]
