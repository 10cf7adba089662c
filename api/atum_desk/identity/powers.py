"""Who may give whom which powers: nobody what they lack, and somebody always administers."""

from __future__ import annotations

from atum_desk.identity import queries
from atum_desk.identity.problems import GrantTooWide, LastAdministrator, RoleNotFound
from atum_desk.kernel.db import Work


async def require_grantable(work: Work, role_id: int) -> None:
    """Raise GrantTooWide unless the actor has every permission of a role, RoleNotFound without one."""
    role = await queries.find_role(work, role_id)
    if role is None:
        raise RoleNotFound
    missing = [p for p in role.permissions if not work.actor.may(p)]
    if missing:
        raise GrantTooWide(missing=", ".join(missing))


async def lock_roles_of_staff(work: Work) -> dict[int, int]:
    """Return every member's role id; until the work ends nobody else changes one.

    Two administrators who demote each other at the same moment would otherwise both succeed.
    """
    await queries.lock_powers(work)
    return await queries.list_roles_of_staff(work)


async def require_sound_powers(work: Work, roles_before: dict[int, int]) -> None:
    """Check what a work did to people's roles since `lock_roles_of_staff`.

    Raises GrantTooWide for a role given that the actor lacks, LastAdministrator when nobody is left.
    """
    for person_id, role_id in (await queries.list_roles_of_staff(work)).items():
        if roles_before.get(person_id) != role_id:
            await require_grantable(work, role_id)
    if not await queries.count_administrators(work):
        raise LastAdministrator
