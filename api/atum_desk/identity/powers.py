"""Who may give or take which powers: nobody what they lack, and somebody always administers.

A person's powers are the permissions of their role and the teams whose tickets they see. Whoever
changes a person has every power that the person has before and after; so nobody widens themselves,
and nobody narrows or replaces somebody who may do more (docs/adr/0021).
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from atum_desk.identity import queries
from atum_desk.identity.models import PersonPowers
from atum_desk.identity.notices import SightOf, TeamsNotSeen
from atum_desk.identity.problems import GrantTooWide, LastAdministrator, RoleNotFound
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.kernel.problems import ValidationFailed

ADMINISTERS = "settings:people:edit"


class StaffPowers(msgspec.Struct, frozen=True):
    """Every member's powers when a work began, and the actor's own among them; None: the system's."""

    of_staff: dict[int, PersonPowers]
    own: PersonPowers | None


async def lock_powers(work: UnitOfWork) -> StaffPowers:
    """Return everybody's powers; until the work ends nobody else changes any.

    Two administrators who demote each other at the same moment would otherwise both succeed.
    """
    await queries.lock_powers(work)
    of_staff = await queries.list_powers(work)
    return StaffPowers(of_staff, _own(work, of_staff))


async def require_sound_powers(work: UnitOfWork, before: StaffPowers) -> None:
    """Check what a work did to people's powers since `lock_powers`.

    Raises GrantTooWide for a person whose powers changed and exceed the actor's, before or after;
    LastAdministrator when nobody is left who administers and sees all teams.
    """
    after = await queries.list_powers(work)
    for person_id in before.of_staff.keys() | after.keys():
        was, now = before.of_staff.get(person_id), after.get(person_id)
        if was != now:
            require_covered(before, *(one for one in (was, now) if one))
    if _administered(before.of_staff.values()) and not _administered(after.values()):
        raise LastAdministrator


def require_covers(before: StaffPowers, person_id: int) -> None:
    """Raise GrantTooWide unless the actor has all the powers of a member of the staff."""
    if powers := before.of_staff.get(person_id):
        require_covered(before, powers)


def require_covered(before: StaffPowers, *others: PersonPowers) -> None:
    """Raise GrantTooWide, naming what is missing, unless the actor has all these powers."""
    own = before.own
    if own is None:
        return
    lacked = {one for other in others for one in other.permissions - own.permissions}
    missing: list[str | SightOf] = [*sorted(lacked)]
    if not own.sees_all_teams:
        if any(other.sees_all_teams for other in others):
            missing.append(SightOf("all"))
        elif any(not other.team_ids <= own.team_ids for other in others):
            missing.append(SightOf("others"))
    if missing:
        raise GrantTooWide(missing=missing)


def require_sees_all_teams(before: StaffPowers) -> None:
    """Raise GrantTooWide unless the actor sees all teams."""
    if before.own is not None and not before.own.sees_all_teams:
        raise GrantTooWide(missing=[SightOf("all")])


async def require_role(work: UnitOfWork, role_id: int) -> None:
    """Raise RoleNotFound unless there is such a role."""
    if await queries.find_role(work, role_id) is None:
        raise RoleNotFound


async def require_teams(work: UnitOfWork, team_ids: list[int]) -> None:
    """Raise ValidationFailed unless the actor sees each of these teams."""
    if await queries.count_teams_in_sight(work, team_ids) < len(set(team_ids)):
        raise ValidationFailed.of("team_ids", TeamsNotSeen())


def _own(work: UnitOfWork, of_staff: dict[int, PersonPowers]) -> PersonPowers | None:
    """Return the actor's powers as they are now, narrowed to their session's."""
    if not isinstance(work.actor, Actor):
        return None
    own = of_staff[work.actor.person_id]
    return msgspec.structs.replace(own, permissions=own.permissions & work.actor.permissions)


def _administered(people: Iterable[PersonPowers]) -> bool:
    return any(one.active and one.sees_all_teams and ADMINISTERS in one.permissions for one in people)
