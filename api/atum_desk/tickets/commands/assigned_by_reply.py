"""Whether who replies to a ticket that has no assignee becomes it."""

from __future__ import annotations

from atum_desk.identity.public import ReplyAssigns
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.tickets import permissions
from atum_desk.tickets.models import LockedTicket
from atum_desk.tickets.queries import writes


async def assigns_author(
    work: UnitOfWork, ticket: LockedTicket, team_id: int, asked: bool | None, of_team: ReplyAssigns
) -> bool:
    """Tell whether a reply assigns the ticket to its author: as they ask, else as the ticket's team has it.

    `team_id` is the team that it has afterwards. A team that asks leaves it to `asked`. What the team has does
    nothing for authors who may not assign or cannot be assigned. Raises PermissionMissing for those who ask for it
    and may not assign.
    """
    actor = work.actor
    wanted = of_team == "always" if asked is None else asked
    if not wanted or ticket.columns["assignee_id"] is not None or not isinstance(actor, Actor):
        return False
    if asked:
        actor.require(permissions.ASSIGN)
    elif not actor.may(permissions.ASSIGN):
        return False
    return await writes.can_be_assigned(work, actor.person_id, team_id)
