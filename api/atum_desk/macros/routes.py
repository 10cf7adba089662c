"""HTTP routes of macros."""

from __future__ import annotations

from typing import Annotated

from litestar import delete, get, patch, post
from litestar.params import Parameter

from atum_desk.actions.public import AssignNobodyNamed, FieldNotSettable, ValueUnfit
from atum_desk.conditions.public import ConditionInvalid
from atum_desk.files.public import AttachmentTaken
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import IfMatch, Limit, version_of
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.cursors import DEFAULT_LIMIT, cut_page, decode_cursor, encode_cursor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import VersionConflict
from atum_desk.macros import commands, problems, queries
from atum_desk.macros.permissions import MACRO_EDIT, READ
from atum_desk.macros.presentation import list_fitting, read_item, read_summaries
from atum_desk.macros.schemas import MacroChange, MacroItem, MacroPage, NewMacro
from atum_desk.templates.public import FilterUnknown, TemplateInvalid, TemplateTooLong, VariableUnknown
from atum_desk.tickets.public import VARIABLES, TeamUnknown, TicketNotFound

MOST_WORDS = 8
TEXT_PROBLEMS = (TemplateInvalid, TemplateTooLong, VariableUnknown, FilterUnknown)
ACTION_PROBLEMS = (FieldNotSettable, ValueUnfit, AssignNobodyNamed)
WRONG_INPUT = (
    *(ConditionInvalid, TeamUnknown, AttachmentTaken, problems.MacroTeamNotYours, problems.MacroTextMissing),
    *(problems.MacroEmpty, problems.MacroReplies, *TEXT_PROBLEMS, *ACTION_PROBLEMS),
)


@get("/macros", opt=needs(READ), responses=answers(TicketNotFound))
async def list_macros(
    database: Database,
    actor: Actor,
    q: Annotated[str, Parameter(max_length=100, description="Words of the name, the folder or the text")] = "",
    ticket: Annotated[int | None, Parameter(description="Only those in use that fit this ticket, by number")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> MacroPage:
    """List the macros that the actor sees by folder and name, or those for a ticket, the most used first."""
    words = q.lower().split()[:MOST_WORDS]
    async with database.reading(actor) as transaction:
        if ticket is None:
            after = decode_cursor(cursor, tuple[str, str, int])
            rows = await queries.list_macros(transaction, words, after or ("", "", 0), limit + 1)
            macros, more = cut_page(rows, limit)
            last = macros[-1] if more else None
            following = encode_cursor(last.folder.lower(), last.name.lower(), last.id) if last else None
        else:
            place = (decode_cursor(cursor, tuple[int]) or (0,))[0]
            fitting = await list_fitting(transaction, actor, ticket, words)
            macros = await queries.list_by_id(transaction, fitting[place : place + limit])
            following = encode_cursor(place + limit) if len(fitting) > place + limit else None
        items = await read_summaries(transaction, macros, transaction.actor)
    return MacroPage(items, following, list(VARIABLES))


@get("/macros/{macro_id:int}", opt=needs(READ), responses=answers(problems.MacroNotFound))
async def get_macro(database: Database, actor: Actor, macro_id: int) -> MacroItem:
    """Return a macro with its texts."""
    return await _read(database, actor, macro_id)


@post("/macros", opt=needs(MACRO_EDIT), responses=answers(problems.TooManyMacros, *WRONG_INPUT))
async def add_macro(database: Database, settings: Settings, actor: Actor, data: NewMacro) -> MacroItem:
    """Add a macro."""
    return await _read(database, actor, await commands.add_macro(database, settings.web_url, actor, data))


@patch(
    "/macros/{macro_id:int}",
    opt=needs(MACRO_EDIT),
    responses=answers(
        problems.MacroNotFound, problems.MacroNotEditable, problems.TooManyMacros, VersionConflict, *WRONG_INPUT
    ),
)
async def change_macro(
    database: Database, settings: Settings, actor: Actor, macro_id: int, data: MacroChange, if_match: IfMatch = None
) -> MacroItem:
    """Change a macro."""
    await commands.change_macro(database, settings.web_url, actor, macro_id, data, version_of(if_match))
    return await _read(database, actor, macro_id)


@delete(
    "/macros/{macro_id:int}",
    opt=needs(MACRO_EDIT),
    responses=answers(problems.MacroNotFound, problems.MacroNotEditable, VersionConflict),
)
async def delete_macro(database: Database, actor: Actor, macro_id: int, if_match: IfMatch = None) -> None:
    """Delete a macro; an undo brings it back."""
    await commands.delete_macro(database, actor, macro_id, version_of(if_match))


async def _read(database: Database, actor: Actor, macro_id: int) -> MacroItem:
    async with database.reading(actor) as transaction:
        return await read_item(transaction, await queries.get_macro(transaction, macro_id), transaction.actor)


routes = [list_macros, get_macro, add_macro, change_macro, delete_macro]
