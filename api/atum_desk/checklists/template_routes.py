"""HTTP routes of templates of checklists."""

from __future__ import annotations

from typing import Annotated

from litestar import delete, get, patch, post
from litestar.params import Parameter

from atum_desk.checklists import problems, template_commands, template_queries
from atum_desk.checklists.permissions import CHECKLIST_EDIT, READ
from atum_desk.checklists.schemas import (
    ChecklistTemplate,
    ChecklistTemplateChange,
    ChecklistTemplatePage,
    NewChecklistTemplate,
)
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import IfMatch, Limit, version_of
from atum_desk.kernel.context import Actor
from atum_desk.kernel.cursors import DEFAULT_LIMIT, cut_page, decode_cursor, encode_cursor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import VersionConflict
from atum_desk.tickets.public import TeamUnknown

MOST_WORDS = 8
OF_AUDIENCE = (TeamUnknown, problems.ChecklistTemplateTeamNotYours, problems.TooManyChecklistTemplates)
OF_ONE = (problems.ChecklistTemplateNotFound, problems.ChecklistTemplateNotEditable, VersionConflict)


@get("/checklist-templates", opt=needs(READ))
async def list_checklist_templates(
    database: Database,
    actor: Actor,
    q: Annotated[str, Parameter(max_length=100, description="Words of the name")] = "",
    limit: Limit = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> ChecklistTemplatePage:
    """List the templates that the actor sees by name."""
    after = decode_cursor(cursor, tuple[str, int]) or ("", 0)
    async with database.reading(actor) as transaction:
        rows = await template_queries.list_templates(transaction, q.lower().split()[:MOST_WORDS], after, limit + 1)
        items, more = cut_page(rows, limit)
        for one in items:
            one.can_edit = template_commands.may_edit(transaction.actor, one)
    return ChecklistTemplatePage(items, encode_cursor(items[-1].name.lower(), items[-1].id) if more else None)


@get("/checklist-templates/{template_id:int}", opt=needs(READ), responses=answers(problems.ChecklistTemplateNotFound))
async def get_checklist_template(database: Database, actor: Actor, template_id: int) -> ChecklistTemplate:
    """Return a template."""
    return await _read(database, actor, template_id)


@post("/checklist-templates", opt=needs(CHECKLIST_EDIT), responses=answers(*OF_AUDIENCE))
async def add_checklist_template(database: Database, actor: Actor, data: NewChecklistTemplate) -> ChecklistTemplate:
    """Add a template."""
    return await _read(database, actor, await template_commands.add_template(database, actor, data))


@patch("/checklist-templates/{template_id:int}", opt=needs(CHECKLIST_EDIT), responses=answers(*OF_ONE, *OF_AUDIENCE))
async def change_checklist_template(
    database: Database, actor: Actor, template_id: int, data: ChecklistTemplateChange, if_match: IfMatch = None
) -> ChecklistTemplate:
    """Change a template; checklists that were made of it stay as they are."""
    await template_commands.change_template(database, actor, template_id, data, version_of(if_match))
    return await _read(database, actor, template_id)


@delete("/checklist-templates/{template_id:int}", opt=needs(CHECKLIST_EDIT), responses=answers(*OF_ONE))
async def delete_checklist_template(
    database: Database, actor: Actor, template_id: int, if_match: IfMatch = None
) -> None:
    """Delete a template; an undo brings it back."""
    await template_commands.delete_template(database, actor, template_id, version_of(if_match))


async def _read(database: Database, actor: Actor, template_id: int) -> ChecklistTemplate:
    async with database.reading(actor) as transaction:
        template = await template_queries.get_template(transaction, template_id)
        template.can_edit = template_commands.may_edit(transaction.actor, template)
    return template


routes = [
    *(list_checklist_templates, get_checklist_template, add_checklist_template),
    *(change_checklist_template, delete_checklist_template),
]
