"""All SQL of tags."""

from __future__ import annotations

from typing import Any

import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.tags.schemas import MOST_COUNTED, ManagedTag

# A page of names, and what is known of each. A renamed tag is listed as what it became.
DETAILS = f"""
    select g.id, n.name, coalesce(g.description, '') as description, g.color, coalesce(g.retired, false) as retired,
           g.version, c.tickets, array(select f.name from tags f where f.became_id = g.id order by f.name) as former
      from unnest($1::text[]) n(name)
      join tag_counts($1, {MOST_COUNTED}) c on c.name = n.name
      left join tags g on g.workspace_id = (select ctx_workspace()) and g.name = n.name
     order by n.name"""


class LockedTag(msgspec.Struct, frozen=True):
    """A tag's row, locked."""

    id: int
    name: str
    retired: bool
    became_id: int | None
    version: int


async def list_names(transaction: ReadTransaction, words: str, after: str, limit: int) -> list[str]:
    """Return names of tags after one that hold some words: those on tickets and those that are described."""
    rows = await transaction.fetch(
        """select name from (
             select u as name from tags_in_use($1, $2, $3) u
             union
             (select g.name from tags g where g.workspace_id = (select ctx_workspace()) and g.became_id is null
                 and g.name > $2 and strpos(g.name, $1) > 0 order by g.name limit $3)) n
            order by name limit $3""",
        words,
        after,
        limit,
    )
    return [row["name"] for row in rows]


async def list_details(transaction: ReadTransaction, names: list[str]) -> list[ManagedTag]:
    """Return what is known of tags by name."""
    return [msgspec.convert(dict(row), ManagedTag) for row in await transaction.fetch(DETAILS, names)]


async def lock_tag(work: UnitOfWork, name: str) -> LockedTag | None:
    """Lock the row of a tag by its name or, where none is called so, its id."""
    row = await work.fetchrow(
        """select id, name, retired, became_id, version from tags
            where workspace_id = (select ctx_workspace()) and (name = $1 or id = $2)
            order by name = $1 desc limit 1 for update""",
        name,
        int(name) if name.isascii() and name.isdigit() and len(name) < 19 else None,
    )
    return msgspec.convert(dict(row), LockedTag) if row else None


async def is_in_use(transaction: ReadTransaction, name: str) -> bool:
    """Tell whether any ticket has a tag."""
    return await transaction.fetchval("select tickets > 0 from tag_counts(array[$1::text], 1)", name)


async def insert_tag(work: UnitOfWork, name: str, **columns: Any) -> LockedTag | None:
    """Insert a tag's row; None when there is one of this name."""
    row = await work.fetchrow(
        """insert into tags (workspace_id, name, description, color, became_id)
           values (ctx_workspace(), $1, $2, $3, $4) on conflict do nothing
           returning id, name, retired, became_id, version""",
        name,
        columns.get("description", ""),
        columns.get("color"),
        columns.get("became_id"),
    )
    return msgspec.convert(dict(row), LockedTag) if row else None


async def update_tag(work: UnitOfWork, tag_id: int, columns: dict[str, Any]) -> None:
    """Set columns of a tag; their names come from this slice."""
    assignments = ", ".join(f"{name} = ${place}" for place, name in enumerate(columns, start=2))
    await work.execute(f"update tags set {assignments} where id = $1", tag_id, *columns.values())


async def delete_tag(work: UnitOfWork, tag_id: int) -> None:
    """Take a former name away, so that it can be the name again."""
    await work.execute("delete from tags where id = $1", tag_id)


async def move_former_names(work: UnitOfWork, from_id: int, to_id: int) -> None:
    """Let what became one tag become another."""
    await work.execute("update tags set became_id = $2 where became_id = $1", from_id, to_id)
