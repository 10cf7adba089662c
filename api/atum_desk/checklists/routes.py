"""HTTP routes of checklists on tickets."""

from __future__ import annotations

from litestar import delete, get, patch, post

from atum_desk.checklists import commands, problems, queries
from atum_desk.checklists.permissions import EDIT, READ
from atum_desk.checklists.schemas import (
    ChecklistChange,
    ChecklistItem,
    ChecklistItemChange,
    NewChecklist,
    NewChecklistItem,
    TicketChecklists,
)
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import IfMatch, version_of
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import VersionConflict
from atum_desk.tickets.public import AssigneeUnknown, MergedElsewhere, TicketNotFound

CHECKLISTS = "/tickets/{number:int}/checklists"
CHECKLIST = f"{CHECKLISTS}/{{checklist_id:int}}"
ITEM = f"{CHECKLIST}/items/{{item_id:int}}"
OF_TICKET = (TicketNotFound, MergedElsewhere)


@get(CHECKLISTS, opt=needs(READ), responses=answers(TicketNotFound))
async def list_checklists(database: Database, actor: Actor, number: int) -> TicketChecklists:
    """List the checklists of a ticket with their items; requesters never see them."""
    return await commands.read_checklists(database, actor, number)


@post(
    CHECKLISTS,
    opt=needs(EDIT),
    responses=answers(
        *(*OF_TICKET, problems.ChecklistTemplateNotFound, problems.TooManyChecklists),
        *(problems.TooManyChecklistItems, AssigneeUnknown),
    ),
)
async def add_checklist(database: Database, actor: Actor, number: int, data: NewChecklist) -> TicketChecklists:
    """Add a checklist to a ticket, of a template or of the items given."""
    await commands.add_checklist(database, actor, number, data)
    return await commands.read_checklists(database, actor, number)


@patch(CHECKLIST, opt=needs(EDIT), responses=answers(*OF_TICKET, problems.ChecklistNotFound, VersionConflict))
async def rename_checklist(
    database: Database, actor: Actor, number: int, checklist_id: int, data: ChecklistChange, if_match: IfMatch = None
) -> TicketChecklists:
    """Give a checklist another name."""
    await commands.rename_checklist(database, actor, number, checklist_id, data, version_of(if_match))
    return await commands.read_checklists(database, actor, number)


@delete(CHECKLIST, opt=needs(EDIT), responses=answers(*OF_TICKET, problems.ChecklistNotFound, VersionConflict))
async def remove_checklist(
    database: Database, actor: Actor, number: int, checklist_id: int, if_match: IfMatch = None
) -> None:
    """Remove a checklist with its items; an undo brings them back."""
    await commands.remove_checklist(database, actor, number, checklist_id, version_of(if_match))


@post(
    f"{CHECKLIST}/items",
    opt=needs(EDIT),
    responses=answers(*OF_TICKET, problems.ChecklistNotFound, problems.TooManyChecklistItems, AssigneeUnknown),
)
async def add_checklist_item(
    database: Database, actor: Actor, number: int, checklist_id: int, data: NewChecklistItem
) -> ChecklistItem:
    """Add an item at the end of a checklist."""
    return await _read_item(database, actor, await commands.add_item(database, actor, number, checklist_id, data))


@patch(
    ITEM,
    opt=needs(EDIT),
    responses=answers(
        *(*OF_TICKET, problems.ChecklistNotFound, problems.ChecklistItemNotFound, AssigneeUnknown, VersionConflict)
    ),
)
async def change_checklist_item(
    database: Database,
    actor: Actor,
    number: int,
    checklist_id: int,
    item_id: int,
    data: ChecklistItemChange,
    if_match: IfMatch = None,
) -> ChecklistItem:
    """Change an item, say that it is done or open again, or move it."""
    at = (number, checklist_id, item_id)
    await commands.change_item(database, actor, at, data, version_of(if_match))
    return await _read_item(database, actor, item_id)


@delete(
    ITEM,
    opt=needs(EDIT),
    responses=answers(*OF_TICKET, problems.ChecklistNotFound, problems.ChecklistItemNotFound, VersionConflict),
)
async def remove_checklist_item(
    database: Database, actor: Actor, number: int, checklist_id: int, item_id: int, if_match: IfMatch = None
) -> None:
    """Remove an item; an undo brings it back."""
    await commands.remove_item(database, actor, (number, checklist_id, item_id), version_of(if_match))


async def _read_item(database: Database, actor: Actor, item_id: int) -> ChecklistItem:
    async with database.reading(actor) as transaction:
        return await queries.find_item(transaction, item_id)


routes = [
    *(list_checklists, add_checklist, rename_checklist, remove_checklist),
    *(add_checklist_item, change_checklist_item, remove_checklist_item),
]
