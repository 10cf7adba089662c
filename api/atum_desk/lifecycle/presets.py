"""Whole workflows that a workspace may take over: their statuses, and what may follow what."""

from __future__ import annotations

import re

import msgspec

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.lifecycle import queries
from atum_desk.lifecycle.commands import new_key
from atum_desk.lifecycle.models import Category, PresetName, Status
from atum_desk.lifecycle.permissions import SETTINGS_STATUSES_EDIT
from atum_desk.lifecycle.problems import RoleUnknown

LEADING_ROLES = ("Team lead", "Administrator")


class PresetStatus(msgspec.Struct, frozen=True):
    """A status of a preset, and the keys of what it leads to."""

    key: str
    name: str
    category: Category
    next: tuple[str, ...] = ()


class Preset(msgspec.Struct, frozen=True, kw_only=True):
    """A workflow: its statuses in order, the transitions of some roles, and where statuses of before lead."""

    statuses: tuple[PresetStatus, ...]
    restricted: frozenset[tuple[str, str]]
    from_others: tuple[str, ...]


PRESETS: dict[PresetName, Preset] = {
    # Somebody looks at every request before work is given out.
    "managed_intake": Preset(
        statuses=(
            PresetStatus("new", "New", "new", ("accepted", "cancelled")),
            PresetStatus("accepted", "Accepted", "open", ("assigned", "cancelled")),
            PresetStatus("assigned", "Assigned", "open", ("in_progress", "cancelled")),
            PresetStatus("in_progress", "In progress", "open", ("waiting", "resolved")),
            PresetStatus("waiting", "Waiting on requester", "waiting", ("in_progress", "resolved")),
            PresetStatus("resolved", "Resolved", "resolved", ("in_progress", "closed")),
            PresetStatus("closed", "Closed", "closed"),
            PresetStatus("cancelled", "Cancelled", "closed"),
        ),
        restricted=frozenset({("new", "accepted")}),
        from_others=("in_progress", "waiting", "resolved", "closed"),
    )
}


async def apply_preset(database: Database, actor: Actor, name: PresetName, role_ids: list[int] | None) -> None:
    """Take over a preset as one change: its statuses in use, all others out of use, its transitions.

    `role_ids` may make the restricted transitions; None means those of team leads and administrators.
    Statuses keep their own names, and tickets their statuses. Raises RoleUnknown.
    """
    preset = PRESETS[name]
    async with database.writing(actor, "status.preset") as work:
        work.actor.require(SETTINGS_STATUSES_EDIT)
        await queries.lock_statuses(work)
        if role_ids is None:
            role_ids = await queries.list_roles_named(work, list(LEADING_ROLES))
        elif unknown := await queries.list_unknown_roles(work, role_ids):
            raise RoleUnknown(role_id=unknown[0])
        known = await queries.list_statuses(work)
        ids = await _take_over(work, preset, known)
        mine = [ids[one.key] for one in preset.statuses]
        await queries.set_active(work, mine)
        await queries.set_positions(work, [*mine, *(one.id for one in known if one.id not in mine)])
        for one in preset.statuses:
            wanted = {
                ids[key]: sorted(set(role_ids)) if (one.key, key) in preset.restricted else [] for key in one.next
            }
            await queries.set_transitions(work, ids[one.key], wanted)
        for status in known:
            # Tickets that stand there find their way on.
            if status.id not in mine and status.category not in ("resolved", "closed"):
                await queries.set_transitions(work, status.id, {ids[key]: [] for key in preset.from_others})
        work.summary = {"name": name}


async def _take_over(work: UnitOfWork, preset: Preset, known: list[Status]) -> dict[str, int]:
    """Return the ids of the preset's statuses by its keys; those that the workspace has not are added.

    A status is the preset's where key and category agree: the category decides what it means.
    """
    keys, names = {one.key for one in known}, {one.name.lower() for one in known}
    ids = {}
    for one in preset.statuses:
        same = [status.id for status in known if status.category == one.category and _is_key(status.key, one.key)]
        if same:
            ids[one.key] = same[0]
            continue
        key = new_key(one.key, keys)
        name = one.name if one.name.lower() not in names else f"{one.name} ({key})"
        ids[one.key] = await queries.insert_status(work, key, name, one.category, None)
    return ids


def _is_key(key: str, wanted: str) -> bool:
    """Tell whether a key is this one, or what was added beside another status of that key."""
    return re.fullmatch(rf"{wanted}(_\d+)?", key) is not None
