"""All SQL of views and of what people laid over them."""

from __future__ import annotations

from typing import Any

import msgspec

from atum_desk.audiences.public import MOST_PERSONAL, MOST_SHARED
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.tickets.public import ViewNotFound
from atum_desk.views.models import View

VIEW = """
    select v.id, v.key, v.name, v.condition, v.text, v.scope, v.owner_id, p.name as owner_name, v.team_id, v.role_ids,
           v.editors, v.columns, v.sort, v.grouped, v.group_by, v.version,
           o.columns as own_columns, o.sort as own_sort, o.grouped as own_grouped,
           o.group_by as own_group_by, o.density as own_density,
           coalesce(o.hidden, false) as own_hidden, o.position as own_position
      from views v
      left join people p on p.id = v.owner_id
      left join view_preferences o on o.view_id = v.id and o.person_id = (select ctx_person())"""
# Shared views first, then the teams', then one's own, each as they were added, until the reader orders them.
BY_ORDER = (
    "order by o.position nulls last, array_position(array['shared', 'team', 'personal'], v.scope), v.position, v.id"
)


async def list_views(transaction: ReadTransaction) -> list[View]:
    """Return the views that the actor sees, in the order that they gave them."""
    rows = await transaction.fetch(f"{VIEW} {BY_ORDER} limit {MOST_PERSONAL + MOST_SHARED}")
    return [_view(row) for row in rows]


async def get_view(transaction: ReadTransaction, view_id: int) -> View:
    """Return a view. Raises ViewNotFound."""
    row = await transaction.fetchrow(f"{VIEW} where v.id = $1", view_id)
    if row is None:
        raise ViewNotFound
    return _view(row)


async def lock_view(work: UnitOfWork, view_id: int) -> View:
    """Return a view that nobody else changes until the work is done. Raises ViewNotFound."""
    await work.execute("select id from views where id = $1 for update", view_id)
    return await get_view(work, view_id)


async def insert_view(work: UnitOfWork, columns: dict[str, Any]) -> int:
    """Insert a view behind all others and return its id; the names of columns come from this slice's commands."""
    names, places = ", ".join(columns), ", ".join(f"${place}" for place in range(1, len(columns) + 1))
    return await work.fetchval(
        f"""insert into views (workspace_id, position, {names})
            select ctx_workspace(), (select coalesce(max(position), 0) + 1 from views), {places} returning id""",
        *columns.values(),
    )


async def update_view(work: UnitOfWork, view_id: int, columns: dict[str, Any]) -> None:
    """Set columns of a view; their names come from this slice's commands."""
    assignments = ", ".join(f"{name} = ${place}" for place, name in enumerate(columns, start=2))
    await work.execute(f"update views set {assignments} where id = $1", view_id, *columns.values())


async def delete_view(work: UnitOfWork, view_id: int) -> None:
    """Delete a view; what people laid over it stays, for when it is brought back."""
    await work.execute("delete from views where id = $1", view_id)


async def list_unknown_roles(transaction: ReadTransaction, role_ids: list[int]) -> list[int]:
    """Return those of the ids that are no role's."""
    rows = await transaction.fetch(
        """select u from unnest($1::bigint[]) u
            where not exists (select from roles r where r.id = u) order by u limit 50""",
        role_ids,
    )
    return [row["u"] for row in rows]


async def list_seen_ids(transaction: ReadTransaction, view_ids: list[int]) -> list[int]:
    """Return those of the ids that are views which the actor sees."""
    rows = await transaction.fetch("select id from views where id = any($1::bigint[])", view_ids)
    return [row["id"] for row in rows]


async def set_own_positions(work: UnitOfWork, view_ids: list[int]) -> None:
    """Give views the places 1, 2, 3 ... in the actor's own order."""
    await work.execute(
        """insert into view_preferences as x (workspace_id, person_id, view_id, position)
           select ctx_workspace(), ctx_person(), o.id, o.place
             from unnest($1::bigint[]) with ordinality o(id, place)
           on conflict (person_id, view_id) do update set position = excluded.position
            where x.position is distinct from excluded.position""",
        view_ids,
    )


async def set_preferences(work: UnitOfWork, view_id: int, columns: dict[str, Any]) -> None:
    """Lay something over a view for the actor; the names of columns come from this slice's commands."""
    names = ", ".join(columns)
    places = ", ".join(f"${place}" for place in range(2, len(columns) + 2))
    assignments = ", ".join(f"{name} = excluded.{name}" for name in columns)
    await work.execute(
        f"""insert into view_preferences (workspace_id, person_id, view_id, {names})
            select ctx_workspace(), ctx_person(), $1, {places}
            on conflict (person_id, view_id) do update set {assignments}""",
        view_id,
        *columns.values(),
    )


def _view(row: Any) -> View:
    return msgspec.convert(dict(row), View)
