"""What an audience needs before a row is stored for it."""

from __future__ import annotations

from atum_desk.audiences import queries
from atum_desk.audiences.models import MOST_PERSONAL, MOST_SHARED, Scope, Sharing
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.kernel.problems import PermissionMissing
from atum_desk.tickets.public import TeamUnknown


async def require_audience(
    work: UnitOfWork, sharing: Sharing, scope: Scope, team_id: int | None, *, may_share: bool
) -> None:
    """Refuse an audience that the actor may not speak to, or that does not exist.

    `may_share` says whether the actor may make rows for others at all, which the slice knows.
    Raises PermissionMissing, TeamUnknown, and the problem of the sharing for a team that is not the actor's.
    """
    if scope == "personal":
        return
    if not may_share:
        raise PermissionMissing(permission=sharing.share)
    if scope == "team":
        if team_id is None:
            raise TeamUnknown
        if not await queries.is_member(work, team_id):
            raise sharing.not_in_team


async def require_room(work: UnitOfWork, sharing: Sharing, scope: Scope) -> None:
    """Refuse one row more than a person, or everybody together, may have. Raises the problem of the sharing."""
    personal = scope == "personal"
    most = MOST_PERSONAL if personal else MOST_SHARED
    if await queries.count_of_kind(work, sharing, personal=personal) >= most:
        raise sharing.too_many(limit=most)
