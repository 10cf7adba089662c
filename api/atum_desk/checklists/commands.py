"""What is done with checklists on tickets: each is one change with one undo, made while the ticket is locked.

So nobody resolves a ticket while somebody else adds what must be done first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import UNSET

from atum_desk.checklists import problems, queries, template_queries
from atum_desk.checklists.permissions import EDIT
from atum_desk.checklists.queries import LockedChecklist, LockedItem
from atum_desk.checklists.schemas import (
    MOST_CHECKLISTS,
    MOST_ITEMS,
    ChecklistChange,
    ChecklistItemChange,
    ChecklistTemplate,
    NewChecklist,
    NewChecklistItem,
    TicketChecklists,
)
from atum_desk.kernel import clock
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.field_notices import Empty
from atum_desk.kernel.one_line_text import clean_line
from atum_desk.kernel.problems import ValidationFailed, require_text, require_version
from atum_desk.tickets.public import AssigneeUnknown, LockedTicket, get_ticket_id, lock_ticket, require_living

# Between two neighbours that have no number between them any more all are numbered again.
NARROWEST = 1e-6
EDITED = ("text", "person_id", "due_at", "required")


async def read_checklists(database: Database, actor: Actor, number: int) -> TicketChecklists:
    """Return the checklists of a ticket, and whether the actor may change them. Raises TicketNotFound."""
    async with database.reading(actor) as transaction:
        items = await queries.list_checklists(transaction, await get_ticket_id(transaction, number))
        can_edit = transaction.actor.may(EDIT)
    each = [item for one in items for item in one.items]
    return TicketChecklists(
        items=items, done=sum(one.done_at is not None for one in each), total=len(each), can_edit=can_edit
    )


async def add_checklist(database: Database, actor: Actor, number: int, new: NewChecklist) -> int:
    """Add a checklist to a ticket, and return its id.

    Raises TicketNotFound, MergedElsewhere, ChecklistTemplateNotFound, TooManyChecklists, TooManyChecklistItems,
    AssigneeUnknown and PermissionMissing.
    """
    async with database.writing(actor, "checklist.add") as work:
        ticket = await _lock(work, number)
        template = None if new.template_id is None else await template_queries.get_template(work, new.template_id)
        name = new.name or (template.name if template else "")
        if not name:
            raise ValidationFailed.of("name", Empty())
        rows = _rows_of(new.items)
        await _require_sight(work, ticket, [row["person_id"] for row in rows])
        if template:
            rows = [*await _template_rows(work, ticket, template), *rows]
        checklist_id = await _insert(work, ticket, require_text("name", name), rows)
    return checklist_id


async def add_of_template(work: UnitOfWork, ticket: LockedTicket, template_id: int) -> None:
    """Add a template's checklist to a locked ticket, in a change of somebody else's making.

    Raises ChecklistTemplateNotFound, TooManyChecklists and PermissionMissing.
    """
    work.actor.require(EDIT)
    template = await template_queries.get_template(work, template_id)
    summary = work.summary
    await _insert(work, ticket, template.name, await _template_rows(work, ticket, template))
    work.summary = summary


async def rename_checklist(
    database: Database, actor: Actor, number: int, checklist_id: int, change: ChecklistChange, version: int | None
) -> None:
    """Give a checklist another name. Raises TicketNotFound, ChecklistNotFound, VersionConflict, PermissionMissing."""
    async with database.writing(actor, "checklist.rename") as work:
        ticket = await _lock(work, number)
        held = await queries.get_checklist(work, ticket.id, checklist_id)
        require_version(change.version if version is None else version, held.version)
        name = require_text("name", change.name)
        work.unchanged = name == held.name
        if name != held.name:
            await queries.rename_checklist(work, held.id, name)
        _told(work, ticket, name)


async def remove_checklist(
    database: Database, actor: Actor, number: int, checklist_id: int, version: int | None
) -> None:
    """Remove a checklist with its items; an undo brings them back. Raises what `rename_checklist` raises."""
    async with database.writing(actor, "checklist.delete") as work:
        ticket = await _lock(work, number)
        held = await queries.get_checklist(work, ticket.id, checklist_id)
        require_version(version, held.version)
        await queries.remove_checklist(work, held.id)
        _told(work, ticket, held.name)


async def add_item(database: Database, actor: Actor, number: int, checklist_id: int, new: NewChecklistItem) -> int:
    """Add an item at the end of a checklist, and return its id.

    Raises TicketNotFound, MergedElsewhere, ChecklistNotFound, TooManyChecklistItems, AssigneeUnknown and
    PermissionMissing.
    """
    async with database.writing(actor, "checklist.add_item") as work:
        ticket, held, items = await _lock_items(work, number, checklist_id)
        if len(items) >= MOST_ITEMS:
            raise problems.TooManyChecklistItems(limit=MOST_ITEMS)
        [row] = _rows_of([new], after=items[-1].position if items else 0.0)
        await _require_sight(work, ticket, [new.person_id])
        [item_id] = await queries.insert_items(work, held.id, [row])
        _told(work, ticket, row["text"])
    return item_id


async def change_item(
    database: Database, actor: Actor, at: tuple[int, int, int], change: ChecklistItemChange, version: int | None
) -> None:
    """Change an item, do it or open it again, or move it; `at` are the ticket's number, the checklist and the item.

    Raises TicketNotFound, ChecklistNotFound, ChecklistItemNotFound, AssigneeUnknown, VersionConflict and
    PermissionMissing.
    """
    number, checklist_id, item_id = at
    given = {name for name in (*EDITED, "done", "place") if getattr(change, name) is not UNSET}
    command = "checklist.move_item" if given == {"place"} else "checklist.edit_item"
    if given == {"done"}:
        command = "checklist.check" if change.done else "checklist.uncheck"
    async with database.writing(actor, command) as work:
        ticket, _, items = await _lock_items(work, number, checklist_id)
        item = _item(items, item_id)
        require_version(change.version if version is None else version, item.version)
        columns = await _changed_columns(work, ticket, item, change)
        if change.place is not UNSET:
            columns |= await _place(work, items, item, change.place)
        if columns:
            await queries.update_item(work, item.id, columns)
        checks = change.done is not UNSET and change.done != (item.done_at is not None)
        if checks:
            await queries.check_item(work, item.id, done=bool(change.done))
        work.unchanged = not (columns or checks)
        _told(work, ticket, columns.get("text", item.text))


async def remove_item(database: Database, actor: Actor, at: tuple[int, int, int], version: int | None) -> None:
    """Remove an item; an undo brings it back. Raises what `change_item` raises."""
    number, checklist_id, item_id = at
    async with database.writing(actor, "checklist.delete_item") as work:
        ticket, _, items = await _lock_items(work, number, checklist_id)
        item = _item(items, item_id)
        require_version(version, item.version)
        await queries.remove_item(work, item.id)
        _told(work, ticket, item.text)


async def tell_due(work: UnitOfWork, limit: int) -> int:
    """Note of items that are due that it is told, each as a change of its own; return how many.

    Whom it is told, and how, notifications decide, which follow these changes.
    """
    command, due = work.command, await queries.lock_due(work, limit)
    for item in due:
        await queries.note_told(work, item.id)
        work.ticket_id, work.public = item.ticket_id, False
        work.summary = {"number": item.number, "name": item.text}
        await work.next_change(command)
    return len(due)


async def _lock(work: UnitOfWork, number: int) -> LockedTicket:
    work.actor.require(EDIT)
    ticket = await lock_ticket(work, number)
    require_living(ticket)
    return ticket


async def _lock_items(
    work: UnitOfWork, number: int, checklist_id: int
) -> tuple[LockedTicket, LockedChecklist, list[LockedItem]]:
    ticket = await _lock(work, number)
    held = await queries.get_checklist(work, ticket.id, checklist_id)
    return ticket, held, await queries.list_items(work, held.id)


def _item(items: list[LockedItem], item_id: int) -> LockedItem:
    for item in items:
        if item.id == item_id:
            return item
    raise problems.ChecklistItemNotFound


def _told(work: UnitOfWork, ticket: LockedTicket, name: str) -> None:
    work.ticket_id, work.public = ticket.id, False
    work.summary = {"number": ticket.number, "name": name}


async def _insert(work: UnitOfWork, ticket: LockedTicket, name: str, rows: list[dict[str, Any]]) -> int:
    if await queries.count_checklists(work, ticket.id) >= MOST_CHECKLISTS:
        raise problems.TooManyChecklists(limit=MOST_CHECKLISTS)
    if len(rows) > MOST_ITEMS:
        raise problems.TooManyChecklistItems(limit=MOST_ITEMS)
    checklist_id = await queries.insert_checklist(work, ticket.id, name)
    if rows:
        numbered = [{**row, "position": float(place)} for place, row in enumerate(rows, start=1)]
        await queries.insert_items(work, checklist_id, numbered)
    _told(work, ticket, name)
    return checklist_id


def _rows_of(items: Sequence[NewChecklistItem], after: float = 0.0) -> list[dict[str, Any]]:
    return [
        {
            "text": _text(item.text),
            "position": after + place,
            "person_id": item.person_id,
            "due_at": item.due_at,
            "required": item.required,
        }
        for place, item in enumerate(items, start=1)
    ]


def _text(given: str) -> str:
    return require_text("text", clean_line(given))


async def _template_rows(work: UnitOfWork, ticket: LockedTicket, template: ChecklistTemplate) -> list[dict[str, Any]]:
    """Return the items of a template for a ticket: due from now on, and for those who see the ticket."""
    named = sorted({one.person_id for one in template.items if one.person_id is not None})
    seeing = await queries.staff_who_see(work, named, ticket.team_id) if named else set()
    now = clock.now()
    return [
        {
            "text": one.text,
            "person_id": one.person_id if one.person_id in seeing else None,
            "due_at": None if one.due_minutes is None else now + timedelta(minutes=one.due_minutes),
            "required": one.required,
        }
        for one in template.items
    ]


async def _require_sight(work: UnitOfWork, ticket: LockedTicket, person_ids: Sequence[int | None]) -> None:
    """Refuse an item for somebody who would not see it. Raises AssigneeUnknown."""
    named = sorted({one for one in person_ids if one is not None})
    if named and await queries.staff_who_see(work, named, ticket.team_id) != set(named):
        raise AssigneeUnknown


async def _changed_columns(
    work: UnitOfWork, ticket: LockedTicket, item: LockedItem, change: ChecklistItemChange
) -> dict[str, Any]:
    given = {name: value for name in EDITED if (value := getattr(change, name)) is not UNSET}
    if "text" in given:
        given["text"] = _text(given["text"])
    columns = {name: value for name, value in given.items() if value != getattr(item, name)}
    await _require_sight(work, ticket, [columns.get("person_id")])
    if "due_at" in columns:
        columns["reminded_at"] = _told_already(columns["due_at"])
    return columns


def _told_already(due_at: datetime | None) -> datetime | None:
    """Whoever sets a moment that has passed needs nobody to tell it."""
    now = clock.now()
    return now if due_at is not None and due_at <= now else None


async def _place(work: UnitOfWork, items: list[LockedItem], item: LockedItem, place: int) -> dict[str, Any]:
    """Return the position of an item that is to stand at a place; others are numbered again where none is left."""
    others = [one for one in items if one.id != item.id]
    before = others[place - 1] if 0 < place <= len(others) else (others[-1] if place and others else None)
    after = others[place] if place < len(others) else None
    if [one.id for one in items].index(item.id) == min(place, len(others)):
        return {}
    low = before.position if before else (after.position - 2 if after else 0.0)
    high = after.position if after else low + 2
    if high - low > NARROWEST:
        return {"position": (low + high) / 2}
    order = [*others[:place], item, *others[place:]]
    for number, one in enumerate(order, start=1):
        if one.id != item.id and one.position != float(number):
            await queries.update_item(work, one.id, {"position": float(number)})
    return {"position": float(order.index(item) + 1)}
