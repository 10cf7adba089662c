"""HTTP routes of bulk runs."""

from __future__ import annotations

import msgspec
from litestar import get, post

from atum_desk.actions.public import FieldNotSettable, ValueUnfit
from atum_desk.bulk import commands, problems, queries
from atum_desk.bulk.permissions import ANY_OF, READ
from atum_desk.bulk.presentation import present_run, present_runs
from atum_desk.bulk.preview import list_notices, preview
from atum_desk.bulk.schemas import BulkItemPage, BulkPreview, BulkRequest, BulkRun, BulkRunPage
from atum_desk.conditions.public import ConditionInvalid
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import Limit
from atum_desk.kernel.context import Actor
from atum_desk.kernel.cursors import DEFAULT_LIMIT, cut_page, decode_cursor, encode_cursor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.templates.public import FilterUnknown, TemplateInvalid, TemplateTooLong, VariableUnknown
from atum_desk.tickets.public import ListTooBroad, ResolutionUnknown, SearchTooBroad

# Of the tickets that a run left alone its report shows so many; the rest are listed page by page.
MOST_REFUSED = 100
REFUSALS = (
    *(problems.NothingToDo, problems.NoSelection, ConditionInvalid, ListTooBroad, SearchTooBroad),
    *(ResolutionUnknown, FieldNotSettable, ValueUnfit),
    *(TemplateInvalid, TemplateTooLong, VariableUnknown, FilterUnknown),
)


@post("/bulk", opt=needs(*ANY_OF), status_code=202, responses=answers(problems.TooManyRuns, *REFUSALS))
async def begin_bulk(database: Database, actor: Actor, data: BulkRequest) -> BulkRun:
    """Change many tickets by a job, as the actor sees and may at that time; the answer tells how to follow it."""
    run = await read_run(database, actor, await commands.begin_run(database, actor, data))
    async with database.reading(actor) as transaction:
        run.notices = await list_notices(transaction, data.actions) or msgspec.UNSET
    return run


@post("/bulk/preview", opt=needs(*ANY_OF), status_code=200, responses=answers(*REFUSALS))
async def preview_bulk(database: Database, actor: Actor, data: BulkRequest) -> BulkPreview:
    """Tell how many tickets a bulk change would take, and what its message says to the first few."""
    return await preview(database, actor, data)


@get("/bulk", opt=needs(READ))
async def list_bulk(
    database: Database, actor: Actor, limit: Limit = DEFAULT_LIMIT, cursor: str | None = None
) -> BulkRunPage:
    """List the actor's own bulk changes, newest first."""
    after = decode_cursor(cursor, tuple[int])
    async with database.reading(actor) as transaction:
        rows = await queries.list_runs(transaction, after[0] if after else 2**62, limit + 1)
    runs, more = cut_page(rows, limit)
    return BulkRunPage(present_runs(runs, actor.person_id), encode_cursor(runs[-1].id) if more else None)


@get("/bulk/{run_id:int}", opt=needs(READ), responses=answers(problems.RunNotFound))
async def get_bulk(database: Database, actor: Actor, run_id: int) -> BulkRun:
    """Return how far a bulk change is, or its report."""
    return await read_run(database, actor, run_id)


@get("/bulk/{run_id:int}/tickets", opt=needs(READ), responses=answers(problems.RunNotFound))
async def list_bulk_tickets(
    database: Database, actor: Actor, run_id: int, limit: Limit = DEFAULT_LIMIT, cursor: str | None = None
) -> BulkItemPage:
    """List what became of each ticket of a bulk change, by number."""
    after = decode_cursor(cursor, tuple[int])
    async with database.reading(actor) as transaction:
        if await queries.find_run(transaction, run_id) is None:
            raise problems.RunNotFound
        rows = await queries.list_items(transaction, run_id, after[0] if after else 0, limit + 1)
    items, more = cut_page(rows, limit)
    return BulkItemPage(items, encode_cursor(items[-1].number) if more else None)


@post("/bulk/{run_id:int}/cancel", opt=needs(*ANY_OF), status_code=200, responses=answers(problems.RunNotFound))
async def cancel_bulk(database: Database, actor: Actor, run_id: int) -> BulkRun:
    """Let a bulk change end where it is; what it did so far can be undone."""
    await commands.cancel_run(database, actor, run_id)
    return await read_run(database, actor, run_id)


@post(
    "/bulk/{run_id:int}/undo",
    opt=needs(*ANY_OF),
    status_code=202,
    responses=answers(
        *(problems.RunNotFound, problems.RunUnfinished, problems.RunUndone, problems.NothingChanged),
        problems.TakenBackForGood,
    ),
)
async def undo_bulk(database: Database, actor: Actor, run_id: int) -> BulkRun:
    """Take back all that a bulk change did, by another one; undone again, that is redo."""
    return await read_run(database, actor, await commands.undo_run(database, actor, run_id))


async def read_run(database: Database, actor: Actor, run_id: int) -> BulkRun:
    """Return a run with its first refusals. Raises RunNotFound."""
    async with database.reading(actor) as transaction:
        run = await queries.find_run(transaction, run_id)
        if run is None:
            raise problems.RunNotFound
        refused = await queries.list_refused(transaction, run_id, MOST_REFUSED) if run.refused else []
    return present_run(run, actor.person_id, refused)


routes = [begin_bulk, preview_bulk, list_bulk, get_bulk, list_bulk_tickets, cancel_bulk, undo_bulk]
