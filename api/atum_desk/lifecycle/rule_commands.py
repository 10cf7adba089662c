"""Commands on the rules of closing and reopening: each is one change with one undo."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.problems import require_version
from atum_desk.lifecycle import queries
from atum_desk.lifecycle.models import Rules
from atum_desk.lifecycle.permissions import SETTINGS_STATUSES_EDIT
from atum_desk.lifecycle.problems import RulesTeamUnknown
from atum_desk.lifecycle.schemas import RulesChange


async def change_rules(database: Database, actor: Actor, change: RulesChange, version: int | None) -> None:
    """Change the workspace's rules. Raises VersionConflict."""
    async with database.writing(actor, "lifecycle.rules") as work:
        work.actor.require(SETTINGS_STATUSES_EDIT)
        await _change(work, None, change, version)


async def change_team_rules(
    database: Database, actor: Actor, team_id: int, change: RulesChange, version: int | None
) -> None:
    """Change a team's rules; one without its own begins with the workspace's.

    Raises RulesTeamUnknown and VersionConflict.
    """
    async with database.writing(actor, "lifecycle.team_rules") as work:
        work.actor.require(SETTINGS_STATUSES_EDIT)
        await _require_team(work, team_id)
        await _change(work, team_id, change, version)


async def follow_workspace(database: Database, actor: Actor, team_id: int) -> None:
    """Let a team follow the workspace's rules again. Raises RulesTeamUnknown."""
    async with database.writing(actor, "lifecycle.follow_workspace") as work:
        work.actor.require(SETTINGS_STATUSES_EDIT)
        await _require_team(work, team_id)
        await queries.lock_rules(work)
        work.summary = {"team_id": team_id}
        work.unchanged = await queries.find_own_rules(work, team_id) is None
        await queries.delete_rules(work, team_id)


async def _require_team(work: UnitOfWork, team_id: int) -> None:
    if not await queries.sees_team(work, team_id):
        raise RulesTeamUnknown(team_id=team_id)


async def _change(work: UnitOfWork, team_id: int | None, change: RulesChange, version: int | None) -> None:
    await queries.lock_rules(work)
    own = await queries.find_own_rules(work, team_id)
    known = own or await queries.get_rules(work, None)
    require_version(change.version if version is None else version, own.version if own else 0)
    wanted = _wanted(known, change)
    names = [name for name, value in wanted.items() if value != getattr(known, name)]
    work.summary = {"fields": names} | ({"team_id": team_id} if team_id else {})
    # A team that takes over the workspace's rules as they are has its own from then on.
    work.unchanged = not names and (own is not None or team_id is None)
    if not work.unchanged:
        await queries.set_rules(work, team_id, wanted)


def _wanted(known: Rules, change: RulesChange) -> dict[str, Any]:
    given = msgspec.structs.asdict(change)
    stored = {name: value for name, value in msgspec.structs.asdict(known).items() if name != "version"}
    return {name: value if given[name] is UNSET else given[name] for name, value in stored.items()}
