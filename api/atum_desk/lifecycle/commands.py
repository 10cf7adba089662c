"""Commands on statuses: each is one change with one undo."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import asyncpg
from msgspec import UNSET

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.problems import AlreadyExists, require_text, require_version
from atum_desk.lifecycle import queries
from atum_desk.lifecycle.models import NEEDED_CATEGORIES, Status, Transition
from atum_desk.lifecycle.notices import NamedTwice, StatusesMissing, StatusesUnknown, StatusNamed
from atum_desk.lifecycle.permissions import SETTINGS_STATUSES_EDIT
from atum_desk.lifecycle.problems import OrderIncomplete, RoleUnknown, StatusNeeded, StatusNotFound, TooManyStatuses
from atum_desk.lifecycle.schemas import NewStatus, StatusChange

MOST_STATUSES = 100
MOST_KEY_CHARACTERS = 40


async def add_status(database: Database, actor: Actor, new: NewStatus) -> str:
    """Add a status and return its key. Raises AlreadyExists, StatusNotFound, RoleUnknown, TooManyStatuses."""
    async with database.writing(actor, "status.add") as work:
        work.actor.require(SETTINGS_STATUSES_EDIT)
        await queries.lock_statuses(work)
        known = await queries.list_statuses(work)
        if len(known) >= MOST_STATUSES:
            raise TooManyStatuses(limit=MOST_STATUSES)
        name = require_text("name", new.name)
        key = new_key(name, {status.key for status in known})
        color = new.color.upper() if new.color else None
        try:
            status_id = await queries.insert_status(work, key, name, new.category, color)
        except asyncpg.UniqueViolationError:
            raise AlreadyExists(what=StatusNamed(name)) from None
        if new.next is None:
            await queries.follow_category(work, status_id, new.category)
        else:
            await _set_transitions(work, status_id, known, new.next)
        await queries.set_positions(work, _with_new(known, status_id, new))
        work.summary = {"key": key, "name": name}
    return key


async def change_status(database: Database, actor: Actor, key: str, change: StatusChange, version: int | None) -> None:
    """Change a status. Raises StatusNotFound, StatusNeeded, RoleUnknown, AlreadyExists, VersionConflict."""
    async with database.writing(actor, "status.edit") as work:
        work.actor.require(SETTINGS_STATUSES_EDIT)
        await queries.lock_statuses(work)
        known = await queries.list_statuses(work)
        status = _found(known, key)
        require_version(change.version if version is None else version, status.version)
        if change.active is False:
            _require_another(known, status)
        if columns := _columns(status, change):
            try:
                await queries.update_status(work, status.id, columns)
            except asyncpg.UniqueViolationError:
                raise AlreadyExists(what=StatusNamed(columns["name"])) from None
        if change.next is not UNSET and change.next != status.next:
            await _set_transitions(work, status.id, known, change.next)
            # The version covers what a status leads to, which stands in another table.
            await queries.update_status(work, status.id, {"key": status.key})
        work.summary = {"key": key, "name": columns.get("name", status.name)}


async def order_statuses(database: Database, actor: Actor, keys: list[str]) -> None:
    """Show the statuses in another order. Raises OrderIncomplete."""
    async with database.writing(actor, "status.order") as work:
        work.actor.require(SETTINGS_STATUSES_EDIT)
        await queries.lock_statuses(work)
        ids = {status.key: status.id for status in await queries.list_statuses(work)}
        if left := sorted(ids.keys() - set(keys)):
            raise OrderIncomplete(what=StatusesMissing(left))
        if len(keys) != len(ids):
            unknown = sorted(set(keys) - ids.keys())
            raise OrderIncomplete(what=StatusesUnknown(unknown) if unknown else NamedTwice())
        await queries.set_positions(work, [ids[key] for key in keys])


def new_key(name: str, known: set[str], prefix: str = "status") -> str:
    """Return a key of small letters, digits and underscores that says the name and that nothing has yet."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    base = (base if base[:1].isalpha() else f"{prefix}_{base}".rstrip("_"))[: MOST_KEY_CHARACTERS - 4]
    if base not in known:
        return base
    return next(key for number in range(2, len(known) + 3) if (key := f"{base}_{number}") not in known)


def _found(known: list[Status], key: str) -> Status:
    for status in known:
        if status.key == key:
            return status
    raise StatusNotFound


def _require_another(known: list[Status], status: Status) -> None:
    beside = [one for one in known if one.active and one.category == status.category and one.id != status.id]
    if status.active and status.category in NEEDED_CATEGORIES and not beside:
        raise StatusNeeded(name=status.name, category=status.category)


def _columns(status: Status, change: StatusChange) -> dict[str, Any]:
    """Return what differs from the status, by column."""
    wanted: dict[str, Any] = {}
    if change.name is not UNSET:
        wanted["name"] = require_text("name", change.name)
    if change.color is not UNSET:
        wanted["color"] = change.color.upper() if change.color else None
    if change.active is not UNSET:
        wanted["active"] = change.active
    return {name: value for name, value in wanted.items() if value != getattr(status, name)}


async def _set_transitions(work: UnitOfWork, from_id: int, known: list[Status], wanted: list[Transition]) -> None:
    ids = {_found(known, one.key).id: sorted(set(one.role_ids)) for one in wanted}
    ids.pop(from_id, None)
    if unknown := await queries.list_unknown_roles(work, [role for roles in ids.values() for role in roles]):
        raise RoleUnknown(role_id=unknown[0])
    await queries.set_transitions(work, from_id, ids)


def _with_new(known: list[Status], status_id: int, new: NewStatus) -> list[int]:
    """Return all ids in order, the new one's behind the last of its category."""
    ids = [status.id for status in known]
    places = [place for place, status in enumerate(known) if status.category == new.category]
    ids.insert(places[-1] + 1 if places else len(ids), status_id)
    return ids
