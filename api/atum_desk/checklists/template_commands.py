"""Add, change and delete templates of checklists: each is one change with one undo."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET

from atum_desk.audiences.public import Sharing, require_audience, require_room
from atum_desk.checklists import problems, template_queries
from atum_desk.checklists.permissions import CHECKLIST_EDIT, CHECKLIST_SHARE, SETTINGS_CHECKLISTS_EDIT
from atum_desk.checklists.schemas import ChecklistTemplate, ChecklistTemplateChange, NewChecklistTemplate, TemplateItem
from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.one_line_text import clean_line
from atum_desk.kernel.problems import require_text, require_version

SHARING = Sharing(
    table="checklist_templates",
    share=CHECKLIST_SHARE,
    not_in_team=problems.ChecklistTemplateTeamNotYours,
    too_many=problems.TooManyChecklistTemplates,
)


async def add_template(database: Database, actor: Actor, new: NewChecklistTemplate) -> int:
    """Add a template and return its id.

    Raises ChecklistTemplateTeamNotYours, TooManyChecklistTemplates, TeamUnknown and PermissionMissing.
    """
    async with database.writing(actor, "checklist_template.add") as work:
        work.actor.require(CHECKLIST_EDIT)
        team_id = new.team_id if new.scope == "team" else None
        await require_audience(work, SHARING, new.scope, team_id, may_share=_may_share(work.actor))
        await require_room(work, SHARING, new.scope)
        columns = {
            "name": require_text("name", new.name),
            "items": _stored(new.items),
            "scope": new.scope,
            "team_id": team_id,
            "owner_id": actor.person_id,
        }
        template_id = await template_queries.insert_template(work, columns)
        work.summary = {"name": columns["name"]}
    return template_id


async def change_template(
    database: Database, actor: Actor, template_id: int, change: ChecklistTemplateChange, version: int | None
) -> None:
    """Change a template.

    Raises ChecklistTemplateNotFound, ChecklistTemplateNotEditable, VersionConflict, and what `add_template` raises.
    """
    async with database.writing(actor, "checklist_template.edit") as work:
        held = await _lock_editable(work, template_id)
        require_version(change.version if version is None else version, held.version)
        columns = _changed_columns(held, change)
        scope = columns.get("scope", held.scope)
        if scope == "personal" and held.owner_id != actor.person_id:
            raise problems.ChecklistTemplateNotEditable
        if {"scope", "team_id"} & columns.keys():
            await require_audience(
                work, SHARING, scope, columns.get("team_id", held.team_id), may_share=_may_share(work.actor)
            )
            if (scope == "personal") != (held.scope == "personal"):
                await require_room(work, SHARING, scope)
        work.unchanged = not columns
        work.summary = {"name": columns.get("name", held.name)}
        if columns:
            await template_queries.update_template(work, held.id, columns)


async def delete_template(database: Database, actor: Actor, template_id: int, version: int | None) -> None:
    """Delete a template. Raises ChecklistTemplateNotFound, ChecklistTemplateNotEditable, VersionConflict."""
    async with database.writing(actor, "checklist_template.delete") as work:
        held = await _lock_editable(work, template_id)
        require_version(version, held.version)
        await template_queries.delete_template(work, held.id)
        work.summary = {"name": held.name}


def may_edit(actor: Actor | SystemActor, template: ChecklistTemplate) -> bool:
    """Tell whether somebody who sees a template may change it."""
    if not actor.may(CHECKLIST_EDIT):
        return False
    if template.owner_id == actor.person_id and (template.scope == "personal" or actor.may(CHECKLIST_SHARE)):
        return True
    return template.scope != "personal" and actor.may(SETTINGS_CHECKLISTS_EDIT)


def _may_share(actor: Actor | SystemActor) -> bool:
    return actor.may(CHECKLIST_SHARE) or actor.may(SETTINGS_CHECKLISTS_EDIT)


async def _lock_editable(work: UnitOfWork, template_id: int) -> ChecklistTemplate:
    work.actor.require(CHECKLIST_EDIT)
    template = await template_queries.lock_template(work, template_id)
    if not may_edit(work.actor, template):
        raise problems.ChecklistTemplateNotEditable
    return template


def _changed_columns(held: ChecklistTemplate, change: ChecklistTemplateChange) -> dict[str, Any]:
    given: dict[str, Any] = {
        name: value for name in ("scope", "team_id") if (value := getattr(change, name)) is not UNSET
    }
    if change.name is not UNSET:
        given["name"] = require_text("name", change.name)
    if change.items is not UNSET:
        given["items"] = _stored(change.items)
    if given.get("scope", held.scope) != "team":
        given["team_id"] = None
    before = {**msgspec.structs.asdict(held), "items": _stored(held.items)}
    return {name: value for name, value in given.items() if value != before[name]}


def _stored(items: list[TemplateItem]) -> Any:
    cleaned = [msgspec.structs.replace(one, text=require_text("text", clean_line(one.text))) for one in items]
    return msgspec.to_builtins(cleaned)
