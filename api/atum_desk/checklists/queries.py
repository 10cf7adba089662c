"""All SQL of checklists and their items."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from atum_desk.checklists.problems import ChecklistItemNotFound, ChecklistNotFound
from atum_desk.checklists.schemas import MOST_CHECKLISTS, MOST_ITEMS, Checklist, ChecklistItem
from atum_desk.identity.public import sees_tickets_of
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork

# A merge brings together what two tickets have.
MOST_SHOWN = MOST_CHECKLISTS * 5
_ITEM = """jsonb_build_object(
             'id', i.id, 'text', i.text, 'due_at', i.due_at, 'required', i.required, 'done_at', i.done_at,
             'version', i.version,
             'person', case when p.id is not null then jsonb_build_object('id', p.id, 'name', p.name) end,
             'done_by', case when d.id is not null then jsonb_build_object('id', d.id, 'name', d.name) end)"""
_PEOPLE = "left join people p on p.id = i.person_id left join people d on d.id = i.done_by_id"
CHECKLISTS = f"""
    select c.id, c.name, c.version,
           coalesce((select jsonb_agg({_ITEM} order by i.position, i.id) from checklist_items i {_PEOPLE}
                      where i.checklist_id = c.id and i.deleted_at is null), '[]') as items
      from checklists c where c.ticket_id = $1 and c.deleted_at is null order by c.id limit {MOST_SHOWN}"""
# What nobody did in time and nobody was told of. What somebody holds is told a few seconds later.
DUE = """
    select i.id, i.ticket_id, t.number, i.text from checklist_items i
      join checklists c on c.id = i.checklist_id and c.deleted_at is null
      join tickets t on t.id = i.ticket_id
     where i.workspace_id = (select ctx_workspace()) and i.due_at <= moment() and i.due_at is not null
       and i.reminded_at is null and i.done_at is null and i.deleted_at is null
     order by i.due_at limit $1 for update of i skip locked"""


class LockedChecklist(msgspec.Struct, frozen=True):
    """A checklist whose ticket is locked."""

    id: int
    name: str
    version: int


class LockedItem(msgspec.Struct, frozen=True):
    """An item whose ticket is locked."""

    id: int
    text: str
    position: float
    person_id: int | None
    due_at: datetime | None
    required: bool
    done_at: datetime | None
    version: int


class DueItem(msgspec.Struct, frozen=True):
    """An item that is due, locked."""

    id: int
    ticket_id: int
    number: int
    text: str


async def list_checklists(transaction: ReadTransaction, ticket_id: int) -> list[Checklist]:
    """Return the checklists of a ticket with their items."""
    rows = await transaction.fetch(CHECKLISTS, ticket_id)
    return [msgspec.convert(dict(row), Checklist) for row in rows]


async def find_item(transaction: ReadTransaction, item_id: int) -> ChecklistItem:
    """Return an item. Raises ChecklistItemNotFound."""
    found = await transaction.fetchval(
        f"select {_ITEM} from checklist_items i {_PEOPLE} where i.id = $1 and i.deleted_at is null", item_id
    )
    if found is None:
        raise ChecklistItemNotFound
    return msgspec.convert(found, ChecklistItem)


async def get_checklist(work: UnitOfWork, ticket_id: int, checklist_id: int) -> LockedChecklist:
    """Return a checklist of a locked ticket. Raises ChecklistNotFound."""
    row = await work.fetchrow(
        "select id, name, version from checklists where id = $1 and ticket_id = $2 and deleted_at is null",
        checklist_id,
        ticket_id,
    )
    if row is None:
        raise ChecklistNotFound
    return msgspec.convert(dict(row), LockedChecklist)


async def count_checklists(transaction: ReadTransaction, ticket_id: int) -> int:
    """Count the checklists of a ticket."""
    return await transaction.fetchval(
        "select count(*) from checklists where ticket_id = $1 and deleted_at is null", ticket_id
    )


async def list_items(work: UnitOfWork, checklist_id: int) -> list[LockedItem]:
    """Return the items of a checklist in order; its ticket is locked."""
    rows = await work.fetch(
        f"""select id, text, position, person_id, due_at, required, done_at, version from checklist_items
             where checklist_id = $1 and deleted_at is null order by position, id limit {MOST_ITEMS}""",
        checklist_id,
    )
    return [msgspec.convert(dict(row), LockedItem) for row in rows]


async def insert_checklist(work: UnitOfWork, ticket_id: int, name: str) -> int:
    """Insert a checklist and return its id."""
    return await work.fetchval(
        """insert into checklists (workspace_id, ticket_id, made_on_id, name) values (ctx_workspace(), $1, $1, $2)
           returning id""",
        ticket_id,
        name,
    )


async def rename_checklist(work: UnitOfWork, checklist_id: int, name: str) -> None:
    """Give a checklist another name."""
    await work.execute("update checklists set name = $2 where id = $1", checklist_id, name)


async def remove_checklist(work: UnitOfWork, checklist_id: int) -> None:
    """Remove a checklist with its items; their rows stay."""
    await work.execute("update checklists set deleted_at = moment() where id = $1", checklist_id)
    await work.execute(
        "update checklist_items set deleted_at = moment() where checklist_id = $1 and deleted_at is null", checklist_id
    )


async def insert_items(work: UnitOfWork, checklist_id: int, items: list[dict[str, Any]]) -> list[int]:
    """Insert items (text, position, person_id, due_at, required) of a checklist; return their ids in order."""
    rows = await work.fetch(
        """insert into checklist_items (workspace_id, checklist_id, ticket_id, made_on_id, text, position, person_id,
                                        due_at, required)
           select ctx_workspace(), c.id, c.ticket_id, c.made_on_id, n.text, n.position, n.person_id, n.due_at,
                  n.required
             from checklists c, jsonb_to_recordset($2::jsonb)
                  as n(text text, position double precision, person_id bigint, due_at timestamptz, required boolean)
            where c.id = $1 order by n.position returning id""",
        checklist_id,
        msgspec.to_builtins(items),
    )
    return [row["id"] for row in rows]


async def update_item(work: UnitOfWork, item_id: int, columns: dict[str, Any]) -> None:
    """Set columns of an item; their names come from this slice's commands."""
    assignments = ", ".join(f"{name} = ${place}" for place, name in enumerate(columns, start=2))
    await work.execute(f"update checklist_items set {assignments} where id = $1", item_id, *columns.values())


async def check_item(work: UnitOfWork, item_id: int, *, done: bool) -> None:
    """Note that the actor did an item now, or that it is open again."""
    await work.execute(
        """update checklist_items set done_at = case when $2 then moment() end,
                  done_by_id = case when $2 then ctx_person() end where id = $1""",
        item_id,
        done,
    )


async def remove_item(work: UnitOfWork, item_id: int) -> None:
    """Remove an item; its row stays."""
    await work.execute("update checklist_items set deleted_at = moment() where id = $1", item_id)


async def lock_due(work: UnitOfWork, limit: int) -> list[DueItem]:
    """Lock items that are due and untold, the longest overdue first."""
    return [msgspec.convert(dict(row), DueItem) for row in await work.fetch(DUE, limit)]


async def note_told(work: UnitOfWork, item_id: int) -> None:
    """Note that an item was told to be due."""
    await work.execute("update checklist_items set reminded_at = moment() where id = $1", item_id)


async def staff_who_see(transaction: ReadTransaction, person_ids: list[int], team_id: int) -> set[int]:
    """Return those of some people who are active staff and see a team's tickets."""
    rows = await transaction.fetch(
        f"select p.id from people p where p.id = any($1) and {sees_tickets_of('p', '$2')}", person_ids, team_id
    )
    return {row["id"] for row in rows}
