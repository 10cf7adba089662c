"""HTTP routes of views, and of their editor: one form of a condition for the other, and how many tickets meet it."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import delete, get, patch, post, put
from litestar.params import Parameter

from atum_desk.conditions.public import MAX_CHARACTERS, Condition, ConditionInvalid, print_text, require_bounds
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import IfMatch, version_of, zone_of
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.field_notices import Missing, WrongForm
from atum_desk.kernel.problems import ValidationFailed, VersionConflict
from atum_desk.lifecycle.public import RoleUnknown
from atum_desk.tickets.public import (
    ColumnUnknown,
    GroupUnknown,
    SortUnknown,
    TeamUnknown,
    TicketNotFound,
    ViewNotFound,
    count_conditions,
    count_exactly,
    decoded,
    evaluate,
    parse_condition,
    read_known,
    reader_of,
    register_of,
)
from atum_desk.views import commands, problems, queries
from atum_desk.views.permissions import TICKET_READ, VIEW_EDIT
from atum_desk.views.presentation import parts_of, present_condition, present_count, present_explanation, present_view
from atum_desk.views.schemas import (
    ConditionCount,
    ConditionInput,
    ConditionRead,
    NewView,
    ViewChange,
    ViewCount,
    ViewCounts,
    ViewExplained,
    ViewItem,
    ViewLayoutChange,
    ViewList,
    ViewOrder,
)

Zone = Annotated[
    str, Parameter(max_length=60, description="The reader's time zone, such as Europe/Berlin: when days begin")
]
WRONG_INPUT = (ConditionInvalid, RoleUnknown, TeamUnknown, problems.NotInTeam, ColumnUnknown, SortUnknown, GroupUnknown)


@get("/views", opt=needs(TICKET_READ))
async def list_views(database: Database, actor: Actor) -> ViewList:
    """List the views that the actor sees, in the order that they gave them, hidden ones among them."""
    async with database.reading(actor) as transaction:
        found = await queries.list_views(transaction)
        conditions = [decoded(view.condition) for view in found]
        known = await read_known(transaction, await register_of(transaction), conditions)
        return ViewList([present_view(view, known, transaction.actor) for view in found])


@get("/views/counts", opt=needs(TICKET_READ))
async def count_views(database: Database, actor: Actor, zone: Zone = "UTC") -> ViewCounts:
    """Count each view, exactly up to a thousand; one that takes too long says so."""
    async with database.reading(actor) as transaction:
        found = await queries.list_views(transaction)
        conditions = [decoded(view.condition) for view in found]
        known = await read_known(transaction, await register_of(transaction), conditions)
        counted = await count_conditions(transaction, known, conditions, reader_of(actor, zone_of(zone)))
    return ViewCounts([present_count(view, one) for view, one in zip(found, counted, strict=True)])


@get("/views/{view_id:int}/count", opt=needs(TICKET_READ), responses=answers(ViewNotFound))
async def count_view(database: Database, actor: Actor, view_id: int, zone: Zone = "UTC") -> ViewCount:
    """Count one view exactly, however many tickets it has."""
    async with database.reading(actor) as transaction:
        view = await queries.get_view(transaction, view_id)
        condition = decoded(view.condition)
        known = await read_known(transaction, await register_of(transaction), [condition])
        counted = await count_exactly(transaction, known, condition, reader_of(actor, zone_of(zone)))
    return present_count(view, counted)


@get("/views/{view_id:int}/explain", opt=needs(TICKET_READ), responses=answers(ViewNotFound, TicketNotFound))
async def explain_view(
    database: Database,
    actor: Actor,
    view_id: int,
    ticket: Annotated[int, Parameter(description="The ticket's number")],
    zone: Zone = "UTC",
) -> ViewExplained:
    """Tell whether a ticket is in a view, and of each part of the condition whether the ticket meets it."""
    async with database.reading(actor) as transaction:
        condition = decoded((await queries.get_view(transaction, view_id)).condition)
        known = await read_known(transaction, await register_of(transaction), [condition])
        condition = known.living(condition)
        asked = [part for part, _ in parts_of(condition)]
        held = await evaluate(transaction, ticket, asked, reader_of(actor, zone_of(zone)), known.register)
    return present_explanation(condition, held, known)


@post("/views", opt=needs(VIEW_EDIT), responses=answers(problems.TooManyViews, *WRONG_INPUT))
async def add_view(database: Database, actor: Actor, data: NewView) -> ViewItem:
    """Add a view."""
    return await _read(database, actor, await commands.add_view(database, actor, data))


@patch(
    "/views/{view_id:int}",
    opt=needs(VIEW_EDIT),
    responses=answers(ViewNotFound, problems.ViewNotEditable, VersionConflict, *WRONG_INPUT),
)
async def change_view(
    database: Database, actor: Actor, view_id: int, data: ViewChange, if_match: IfMatch = None
) -> ViewItem:
    """Change a view: its name, its condition, who sees and changes it, how it is laid out."""
    await commands.change_view(database, actor, view_id, data, version_of(if_match))
    return await _read(database, actor, view_id)


@delete(
    "/views/{view_id:int}",
    opt=needs(VIEW_EDIT),
    responses=answers(ViewNotFound, problems.ViewNotEditable, VersionConflict),
)
async def delete_view(database: Database, actor: Actor, view_id: int, if_match: IfMatch = None) -> None:
    """Delete a view; an undo brings it back with what everybody had laid over it."""
    await commands.delete_view(database, actor, view_id, version_of(if_match))


@put("/views/order", opt=needs(TICKET_READ), responses=answers(ViewNotFound))
async def order_views(database: Database, actor: Actor, data: ViewOrder) -> ViewList:
    """Show the views in another order, to the actor alone."""
    await commands.order_views(database, actor, data.ids)
    return await list_views.fn(database, actor)


@patch(
    "/views/{view_id:int}/layout",
    opt=needs(VIEW_EDIT),
    responses=answers(ViewNotFound, ColumnUnknown, SortUnknown, GroupUnknown),
)
async def lay_out_view(database: Database, actor: Actor, view_id: int, data: ViewLayoutChange) -> ViewItem:
    """Lay columns, order, groups and density of one's own over a view, or hide it; null takes the view's again."""
    await commands.lay_out_view(database, actor, view_id, data)
    return await _read(database, actor, view_id)


async def _read(database: Database, actor: Actor, view_id: int) -> ViewItem:
    async with database.reading(actor) as transaction:
        view = await queries.get_view(transaction, view_id)
        known = await read_known(transaction, await register_of(transaction), [decoded(view.condition)])
        return present_view(view, known, transaction.actor)


@post(
    "/conditions/parse",
    opt=needs(TICKET_READ),
    status_code=200,
    responses=answers(ConditionInvalid, problems.ViewConditionBroken),
)
async def parse_text(database: Database, actor: Actor, data: ConditionInput) -> ConditionRead:
    """Return a condition in both of its forms: the tree of a text, or the text of a tree."""
    async with database.reading(actor) as transaction:
        register = await register_of(transaction)
        if data.text is not None:
            condition, _ = await parse_condition(transaction, data.text, register)
            known = await read_known(transaction, register, [] if condition is None else [condition])
            return present_condition(condition, data.text, known)
        if data.condition is None:
            raise ValidationFailed.of("text", Missing())
        condition = tree_of(data.condition)
        require_bounds(condition)
        known = await read_known(transaction, register, [condition])
        if broken := known.broken(condition):
            raise problems.ViewConditionBroken(part=next(iter(broken.values())))
        return present_condition(condition, print_text(condition, register, known.names), known)


@get("/conditions/count", opt=needs(TICKET_READ), responses=answers(ConditionInvalid))
async def count_condition(
    database: Database,
    actor: Actor,
    q: Annotated[str, Parameter(max_length=MAX_CHARACTERS, description="A condition in its text form")] = "",
    zone: Zone = "UTC",
) -> ConditionCount:
    """Count the tickets that meet a condition, exactly up to a thousand."""
    async with database.reading(actor) as transaction:
        parsed, _ = await parse_condition(transaction, q)
        condition = commands.EVERYTHING if parsed is None else parsed
        known = await read_known(transaction, await register_of(transaction), [condition])
        [counted] = await count_conditions(transaction, known, [condition], reader_of(actor, zone_of(zone)))
    return ConditionCount(counted.count, counted.exact, counted.slow)


def tree_of(given: dict[str, object]) -> Condition:
    """Return the tree that a client sent. Raises ValidationFailed for what is none."""
    try:
        return decoded(given)
    except (msgspec.ValidationError, RecursionError):
        raise ValidationFailed.of("condition", WrongForm()) from None


routes = [
    list_views,
    count_views,
    count_view,
    explain_view,
    add_view,
    change_view,
    delete_view,
    order_views,
    lay_out_view,
    parse_text,
    count_condition,
]
