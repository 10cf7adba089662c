"""Commands on the reasons for resolving: each is one change with one undo."""

from __future__ import annotations

from typing import Any

import asyncpg
from msgspec import UNSET

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import AlreadyExists, require_text, require_version
from atum_desk.lifecycle import queries
from atum_desk.lifecycle.commands import new_key
from atum_desk.lifecycle.models import Resolution
from atum_desk.lifecycle.notices import NamedTwice, ResolutionNamed, StatusesMissing, StatusesUnknown
from atum_desk.lifecycle.permissions import SETTINGS_STATUSES_EDIT
from atum_desk.lifecycle.problems import OrderIncomplete, ResolutionNotFound, TooManyResolutions
from atum_desk.lifecycle.schemas import NewResolution, ResolutionChange

MOST_RESOLUTIONS = 100


async def add_resolution(database: Database, actor: Actor, new: NewResolution) -> str:
    """Add a reason and return its key. Raises AlreadyExists, TooManyResolutions."""
    async with database.writing(actor, "resolution.add") as work:
        work.actor.require(SETTINGS_STATUSES_EDIT)
        await queries.lock_resolutions(work)
        known = await queries.list_resolutions(work)
        if len(known) >= MOST_RESOLUTIONS:
            raise TooManyResolutions(limit=MOST_RESOLUTIONS)
        name = require_text("name", new.name)
        key = new_key(name, {one.key for one in known}, prefix="reason")
        try:
            await queries.insert_resolution(work, key, name, new.description.strip())
        except asyncpg.UniqueViolationError:
            raise AlreadyExists(what=ResolutionNamed(name)) from None
        work.summary = {"key": key, "name": name}
    return key


async def change_resolution(
    database: Database, actor: Actor, key: str, change: ResolutionChange, version: int | None
) -> None:
    """Rename or describe a reason, or put it out of use. Raises ResolutionNotFound, AlreadyExists, VersionConflict."""
    async with database.writing(actor, "resolution.edit") as work:
        work.actor.require(SETTINGS_STATUSES_EDIT)
        await queries.lock_resolutions(work)
        found = [one for one in await queries.list_resolutions(work) if one.key == key]
        if not found:
            raise ResolutionNotFound
        require_version(change.version if version is None else version, found[0].version)
        columns = _columns(found[0], change)
        work.unchanged = not columns
        work.summary = {"key": key, "name": columns.get("name", found[0].name)}
        if columns:
            try:
                await queries.update_resolution(work, found[0].id, columns)
            except asyncpg.UniqueViolationError:
                raise AlreadyExists(what=ResolutionNamed(columns["name"])) from None


async def order_resolutions(database: Database, actor: Actor, keys: list[str]) -> None:
    """Show the reasons in another order. Raises OrderIncomplete."""
    async with database.writing(actor, "resolution.order") as work:
        work.actor.require(SETTINGS_STATUSES_EDIT)
        await queries.lock_resolutions(work)
        ids = {one.key: one.id for one in await queries.list_resolutions(work)}
        if left := sorted(ids.keys() - set(keys)):
            raise OrderIncomplete(what=StatusesMissing(left))
        if len(keys) != len(ids):
            unknown = sorted(set(keys) - ids.keys())
            raise OrderIncomplete(what=StatusesUnknown(unknown) if unknown else NamedTwice())
        await queries.order_resolutions(work, [ids[key] for key in keys])


def _columns(held: Resolution, change: ResolutionChange) -> dict[str, Any]:
    """Return what differs from the reason, by column."""
    wanted: dict[str, Any] = {}
    if change.name is not UNSET:
        wanted["name"] = require_text("name", change.name)
    if change.description is not UNSET:
        wanted["description"] = change.description.strip()
    if change.active is not UNSET:
        wanted["active"] = change.active
    return {name: value for name, value in wanted.items() if value != getattr(held, name)}
