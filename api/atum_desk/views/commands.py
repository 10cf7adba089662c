"""Commands on views: each is one change with one undo."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET

from atum_desk.audiences.public import Sharing, require_audience, require_room
from atum_desk.conditions.public import Condition, Group
from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.problems import require_text, require_version
from atum_desk.lifecycle.public import RoleUnknown
from atum_desk.tickets.public import (
    ColumnUnknown,
    SortUnknown,
    ViewNotFound,
    find_order,
    grouping_field,
    parse_condition,
    register_of,
)
from atum_desk.views import queries
from atum_desk.views.models import View
from atum_desk.views.permissions import SETTINGS_VIEWS_EDIT, VIEW_EDIT, VIEW_SHARE
from atum_desk.views.problems import NotInTeam, TooManyViews, ViewNotEditable
from atum_desk.views.schemas import NewView, ViewChange, ViewLayoutChange

EVERYTHING: Condition = Group("all", ())
SHARING = Sharing(table="views", share=VIEW_SHARE, not_in_team=NotInTeam, too_many=TooManyViews)


async def add_view(database: Database, actor: Actor, new: NewView) -> int:
    """Add a view and return its id.

    Raises ConditionInvalid, NotInTeam, RoleUnknown, ColumnUnknown, SortUnknown, GroupUnknown, TooManyViews,
    PermissionMissing.
    """
    async with database.writing(actor, "view.add") as work:
        work.actor.require(VIEW_EDIT)
        columns: dict[str, Any] = {
            "name": require_text("name", new.name),
            "scope": new.scope,
            "team_id": new.team_id if new.scope == "team" else None,
            "role_ids": sorted(set(new.role_ids)) if new.scope == "shared" else [],
            "editors": new.editors,
            "columns": await _known_columns(work, new.columns),
            "sort": await _known_sort(work, new.sort),
            "grouped": new.grouped,
            "group_by": await _known_group(work, new.group_by),
            "owner_id": actor.person_id,
            **await _condition_columns(work, new.text),
        }
        await require_audience(work, SHARING, new.scope, columns["team_id"], may_share=_may_share(work.actor))
        await _require_roles(work, columns["role_ids"])
        await require_room(work, SHARING, new.scope)
        view_id = await queries.insert_view(work, columns)
        work.summary = {"name": columns["name"]}
    return view_id


async def change_view(database: Database, actor: Actor, view_id: int, change: ViewChange, version: int | None) -> None:
    """Change a view. Raises ViewNotFound, ViewNotEditable, VersionConflict, and what add_view raises."""
    async with database.writing(actor, "view.edit") as work:
        work.actor.require(VIEW_EDIT)
        view = await queries.lock_view(work, view_id)
        _require_editable(work, view)
        require_version(change.version if version is None else version, view.version)
        columns = await _changed_columns(work, view, change)
        if not columns:
            work.unchanged = True
            return
        scope = columns.get("scope", view.scope)
        if scope == "personal" and view.owner_id != actor.person_id:
            raise ViewNotEditable
        if {"scope", "team_id", "role_ids"} & columns.keys():
            await require_audience(
                work, SHARING, scope, columns.get("team_id", view.team_id), may_share=_may_share(work.actor)
            )
            await _require_roles(work, columns.get("role_ids", view.role_ids))
            if (scope == "personal") != (view.scope == "personal"):
                await require_room(work, SHARING, scope)
        await queries.update_view(work, view.id, columns)
        work.summary = {"name": columns.get("name", view.name)}


async def delete_view(database: Database, actor: Actor, view_id: int, version: int | None) -> None:
    """Delete a view. Raises ViewNotFound, ViewNotEditable, VersionConflict."""
    async with database.writing(actor, "view.delete") as work:
        work.actor.require(VIEW_EDIT)
        view = await queries.lock_view(work, view_id)
        _require_editable(work, view)
        require_version(version, view.version)
        await queries.delete_view(work, view.id)
        work.summary = {"name": view.name}


async def order_views(database: Database, actor: Actor, view_ids: list[int]) -> None:
    """Show views in another order to the actor alone. Raises ViewNotFound."""
    async with database.writing(actor, "view.order") as work:
        work.actor.require(VIEW_EDIT)
        wanted = list(dict.fromkeys(view_ids))
        if set(wanted) != set(await queries.list_seen_ids(work, wanted)):
            raise ViewNotFound
        await queries.set_own_positions(work, wanted)


async def lay_out_view(database: Database, actor: Actor, view_id: int, change: ViewLayoutChange) -> None:
    """Lay the actor's own columns, order, groups and density over a view, or take them away.

    Raises ViewNotFound, ColumnUnknown, SortUnknown, GroupUnknown.
    """
    async with database.writing(actor, "view.lay_out") as work:
        work.actor.require(VIEW_EDIT)
        view = await queries.get_view(work, view_id)
        wanted = {
            name: value
            for name, value in msgspec.structs.asdict(change).items()
            if value is not UNSET and value != getattr(view, f"own_{name}")
        }
        if not wanted:
            work.unchanged = True
            return
        if wanted.get("columns"):
            wanted["columns"] = await _known_columns(work, wanted["columns"])
        if wanted.get("sort"):
            wanted["sort"] = await _known_sort(work, wanted["sort"])
        if wanted.get("group_by"):
            wanted["group_by"] = await _known_group(work, wanted["group_by"])
        await queries.set_preferences(work, view.id, wanted)
        work.summary = {"name": view.name}


def _may_share(actor: Actor | SystemActor) -> bool:
    return actor.may(VIEW_SHARE) or actor.may(SETTINGS_VIEWS_EDIT)


def may_edit(actor: Actor | SystemActor, view: View) -> bool:
    """Tell whether somebody who sees a view may change it."""
    if not actor.may(VIEW_EDIT):
        return False
    if view.owner_id is not None and view.owner_id == actor.person_id:
        return True
    return view.scope != "personal" and (view.editors == "viewers" or actor.may(SETTINGS_VIEWS_EDIT))


def _require_editable(work: UnitOfWork, view: View) -> None:
    if not may_edit(work.actor, view):
        raise ViewNotEditable


async def _require_roles(work: UnitOfWork, role_ids: list[int]) -> None:
    if unknown := await queries.list_unknown_roles(work, role_ids):
        raise RoleUnknown(role_id=unknown[0])


async def _condition_columns(work: UnitOfWork, text: str) -> dict[str, Any]:
    """Return what is stored of a text. Raises ConditionInvalid."""
    condition, _ = await parse_condition(work, text)
    return {"text": text.strip(), "condition": msgspec.to_builtins(EVERYTHING if condition is None else condition)}


async def _known_columns(work: UnitOfWork, keys: list[str]) -> list[str]:
    """Return columns without those named twice. Raises ColumnUnknown."""
    register = await register_of(work)
    for key in keys:
        field = register.by_key.get(key)
        if field is None or not field.in_list:
            raise ColumnUnknown(column=key)
    return list(dict.fromkeys(keys))


async def _known_sort(work: UnitOfWork, sort: str) -> str:
    """Return a sort that lists have. Raises SortUnknown."""
    if sort.removeprefix("-").startswith("field.") and await find_order(work, sort) is None:
        raise SortUnknown(sort=sort.removeprefix("-"))
    return sort


async def _known_group(work: UnitOfWork, key: str) -> str:
    """Return the key of a field by which lists are grouped. Raises GroupUnknown."""
    return grouping_field(await register_of(work), key).key


async def _changed_columns(work: UnitOfWork, view: View, change: ViewChange) -> dict[str, Any]:
    """Return what differs from the view, by column."""
    given = {name: value for name, value in msgspec.structs.asdict(change).items() if value is not UNSET}
    given.pop("version")
    if "name" in given:
        given["name"] = require_text("name", given["name"])
    if "text" in given:
        given |= await _condition_columns(work, given["text"])
    if "columns" in given:
        given["columns"] = await _known_columns(work, given["columns"])
    if "sort" in given:
        given["sort"] = await _known_sort(work, given["sort"])
    if "group_by" in given:
        given["group_by"] = await _known_group(work, given["group_by"])
    if "role_ids" in given:
        given["role_ids"] = sorted(set(given["role_ids"]))
    scope = given.get("scope", view.scope)
    if scope != "team":
        given["team_id"] = None
    if scope != "shared":
        given["role_ids"] = []
    changed = {name: value for name, value in given.items() if value != getattr(view, name)}
    # A text that says the same as before in other words is no change of the condition.
    if changed.keys() == {"text"} and change.text is not UNSET:
        return {}
    return changed
