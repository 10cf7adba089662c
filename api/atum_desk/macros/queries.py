"""All SQL of macros."""

from __future__ import annotations

from typing import Any

import msgspec

from atum_desk.audiences.public import MOST_PERSONAL, MOST_SHARED
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.macros.models import Macro, MacroKey
from atum_desk.macros.problems import MacroNotFound

_USES = """
      left join lateral (select sum(u.uses) as uses,
                                sum(u.uses) filter (where u.person_id = (select ctx_person())) as own_uses
                           from macro_uses u where u.macro_id = m.id) n on true"""
MACRO = f"""
    select m.id, m.name, m.folder, m.kind, m.texts, m.actions, m.files, m.scope, m.owner_id, p.name as owner_name,
           m.team_id, m.condition, m.condition_text, m.active, m.version, coalesce(n.uses, 0)::int as uses,
           coalesce(n.own_uses, 0)::int as own_uses
      from macros m
      left join people p on p.id = m.owner_id
      {_USES}
     where m.workspace_id = (select ctx_workspace())"""
# $1 the words in lower case: each stands somewhere in the name, the folder or the text.
FOUND = """not exists (select from unnest($1::text[]) w
             where strpos(lower(m.name || ' ' || m.folder || ' ' || coalesce(m.texts->0->>'text', '')), w) = 0)"""


async def list_macros(
    transaction: ReadTransaction, words: list[str], after: tuple[str, str, int], limit: int
) -> list[Macro]:
    """Return macros that the actor sees by folder and name, those out of use among them."""
    rows = await transaction.fetch(
        f"""{MACRO} and {FOUND} and (lower(m.folder), lower(m.name), m.id) > ($2, $3, $4)
            order by lower(m.folder), lower(m.name), m.id limit $5""",
        words,
        *after,
        limit,
    )
    return [_macro(row) for row in rows]


async def list_offered(transaction: ReadTransaction, words: list[str]) -> list[MacroKey]:
    """Return every macro in use that the actor sees: those that they apply most first, then by name."""
    rows = await transaction.fetch(
        f"""select m.id, m.condition from macros m {_USES}
             where m.workspace_id = (select ctx_workspace()) and m.active and {FOUND}
             order by coalesce(n.own_uses, 0) desc, lower(m.name), m.id limit {MOST_PERSONAL + MOST_SHARED}""",
        words,
    )
    return [MacroKey(row["id"], row["condition"]) for row in rows]


async def list_by_id(transaction: ReadTransaction, macro_ids: list[int]) -> list[Macro]:
    """Return macros in the order of their ids as given."""
    rows = await transaction.fetch(f"{MACRO} and m.id = any($1::bigint[])", macro_ids)
    found = {row["id"]: _macro(row) for row in rows}
    return [found[one] for one in macro_ids if one in found]


async def get_macro(transaction: ReadTransaction, macro_id: int) -> Macro:
    """Return a macro. Raises MacroNotFound."""
    row = await transaction.fetchrow(f"{MACRO} and m.id = $1", macro_id)
    if row is None:
        raise MacroNotFound
    return _macro(row)


async def lock_macro(work: UnitOfWork, macro_id: int) -> Macro:
    """Return a macro that nobody else changes until the work is done. Raises MacroNotFound."""
    await work.execute("select id from macros where id = $1 for update", macro_id)
    return await get_macro(work, macro_id)


async def insert_macro(work: UnitOfWork, columns: dict[str, Any]) -> int:
    """Insert a macro and return its id; the names of columns come from this slice's commands."""
    names, places = ", ".join(columns), ", ".join(f"${place}" for place in range(1, len(columns) + 1))
    return await work.fetchval(
        f"insert into macros (workspace_id, {names}) select ctx_workspace(), {places} returning id", *columns.values()
    )


async def update_macro(work: UnitOfWork, macro_id: int, columns: dict[str, Any]) -> None:
    """Set columns of a macro; their names come from this slice's commands."""
    assignments = ", ".join(f"{name} = ${place}" for place, name in enumerate(columns, start=2))
    await work.execute(f"update macros set {assignments} where id = $1", macro_id, *columns.values())


async def delete_macro(work: UnitOfWork, macro_id: int) -> None:
    """Delete a macro; how often it was applied stays, for when it is brought back."""
    await work.execute("delete from macros where id = $1", macro_id)


async def count_use(work: UnitOfWork, macro_id: int) -> None:
    """Count that the actor applied a macro."""
    await work.execute(
        """insert into macro_uses as u (macro_id, person_id, workspace_id) values ($1, ctx_person(), ctx_workspace())
           on conflict (macro_id, person_id) do update set uses = u.uses + 1, last_used_at = moment()""",
        macro_id,
    )


def _macro(row: Any) -> Macro:
    return msgspec.convert(dict(row), Macro)
