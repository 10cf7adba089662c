"""All SQL of history and undo."""

from __future__ import annotations

import asyncpg
import msgspec

from atum_desk.history.models import Change, Conflict, UndoTarget
from atum_desk.history.problems import ChangeNotFound
from atum_desk.identity.public import NamedRef
from atum_desk.kernel.db import View, Work

# Undone: an undo of it stands, and that undo was not undone in turn.
UNDONE = """exists (select from changes u where u.undo_of = c.id and not exists (select from changes uu where uu.undo_of = u.id))"""


async def get_undo_target(view: View, change_id: int) -> UndoTarget:
    """Return a visible change and the tickets it touched that still exist. Raises ChangeNotFound."""
    row = await view.fetchrow(
        """select c.id, c.command, c.actor_id, c.via, c.ticket_id, c.public, existing_tickets_of(c.id) as tickets
             from changes c where c.id = $1""",
        change_id,
    )
    if row is None:
        raise ChangeNotFound
    return msgspec.convert(dict(row), UndoTarget)


async def count_visible_tickets(view: View, ticket_ids: list[int]) -> int:
    """Return how many of these tickets the actor sees."""
    return await view.fetchval("select count(*) from tickets where id = any($1)", ticket_ids)


async def apply_undo(work: Work, change_id: int) -> list[asyncpg.Record]:
    """Apply the inverse of a change; rows mean conflicts, and then nothing was written."""
    return await work.fetch("select * from undo_change($1)", change_id)


async def list_conflicts(work: Work, change_id: int, moved: list[asyncpg.Record]) -> list[Conflict]:
    """Name the later changes that moved what an undo would restore."""
    conflicts = []
    for row in moved[:20]:
        later = await work.fetchrow(
            """select c.id, c.command, c.at, p.name from row_changes rc join changes c on c.id = rc.change_id
                 left join people p on p.id = c.actor_id
                where rc.table_name = $1 and rc.row_id = $2 and rc.change_id > $3
                  and ($4 = '*' or rc.operation = 'D' or rc.new ? $4) order by rc.change_id desc limit 1""",
            row["table_name"], row["row_id"], change_id, row["column_name"],
        )  # fmt: skip
        conflicts.append(
            Conflict(
                change_id=later["id"] if later else None, command=later["command"] if later else None,
                actor_name=later["name"] if later else None, at=later["at"] if later else None,
                table=row["table_name"], column=row["column_name"],
            )  # fmt: skip
        )
    return conflicts


async def list_changes(view: View, before: int, limit: int, ticket_number: int | None) -> list[Change]:
    """Return the changes the actor may see before an id, newest first."""
    rows = await view.fetch(
        f"""select c.id, c.command, c.actor_id, p.name as actor_name, c.via, t.number, c.summary, c.at, c.undo_of, {UNDONE} as undone
              from changes c left join people p on p.id = c.actor_id left join tickets t on t.id = c.ticket_id
             where c.workspace_id = (select ctx_workspace()) and c.id < $1
               and ($3::int is null or c.ticket_id = (select x.id from tickets x where x.workspace_id = (select ctx_workspace()) and x.number = $3))
             order by c.id desc limit $2""",
        before, limit, ticket_number,
    )  # fmt: skip
    return [
        Change(
            id=r["id"], command=r["command"], via=r["via"], ticket_number=r["number"], summary=r["summary"], at=r["at"],
            actor=NamedRef(r["actor_id"], r["actor_name"] or "") if r["actor_id"] else None,
            undo_of=r["undo_of"], undone=r["undone"],
        )  # fmt: skip
        for r in rows
    ]
