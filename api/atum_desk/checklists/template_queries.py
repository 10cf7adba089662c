"""All SQL of templates of checklists."""

from __future__ import annotations

from typing import Any

import msgspec

from atum_desk.checklists.problems import ChecklistTemplateNotFound
from atum_desk.checklists.schemas import ChecklistTemplate
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork

TEMPLATE = """
    select c.id, c.name, c.items, c.scope, c.owner_id, p.name as owner_name, c.team_id, c.version
      from checklist_templates c left join people p on p.id = c.owner_id
     where c.workspace_id = (select ctx_workspace())"""


async def list_templates(
    transaction: ReadTransaction, words: list[str], after: tuple[str, int], limit: int
) -> list[ChecklistTemplate]:
    """Return the templates that the actor sees by name; each word, in lower case, stands somewhere in it."""
    rows = await transaction.fetch(
        f"""{TEMPLATE} and not exists (select from unnest($1::text[]) w where strpos(lower(c.name), w) = 0)
            and (lower(c.name), c.id) > ($2, $3) order by lower(c.name), c.id limit $4""",
        words,
        *after,
        limit,
    )
    return [msgspec.convert(dict(row), ChecklistTemplate) for row in rows]


async def get_template(transaction: ReadTransaction, template_id: int) -> ChecklistTemplate:
    """Return a template that the actor sees. Raises ChecklistTemplateNotFound."""
    row = await transaction.fetchrow(f"{TEMPLATE} and c.id = $1", template_id)
    if row is None:
        raise ChecklistTemplateNotFound
    return msgspec.convert(dict(row), ChecklistTemplate)


async def lock_template(work: UnitOfWork, template_id: int) -> ChecklistTemplate:
    """Return a template that nobody else changes until the work is done. Raises ChecklistTemplateNotFound."""
    await work.execute("select id from checklist_templates where id = $1 for update", template_id)
    return await get_template(work, template_id)


async def insert_template(work: UnitOfWork, columns: dict[str, Any]) -> int:
    """Insert a template and return its id; the names of columns come from this slice's commands."""
    names, places = ", ".join(columns), ", ".join(f"${place}" for place in range(1, len(columns) + 1))
    return await work.fetchval(
        f"""insert into checklist_templates (workspace_id, {names}) select ctx_workspace(), {places}
            returning id""",
        *columns.values(),
    )


async def update_template(work: UnitOfWork, template_id: int, columns: dict[str, Any]) -> None:
    """Set columns of a template; their names come from this slice's commands."""
    assignments = ", ".join(f"{name} = ${place}" for place, name in enumerate(columns, start=2))
    await work.execute(f"update checklist_templates set {assignments} where id = $1", template_id, *columns.values())


async def delete_template(work: UnitOfWork, template_id: int) -> None:
    """Delete a template; checklists that were made of it stay."""
    await work.execute("delete from checklist_templates where id = $1", template_id)
