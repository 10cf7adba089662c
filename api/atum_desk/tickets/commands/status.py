"""Which status a ticket takes next; what follows from it stands in one place, the trigger `follow_status`.

A command sets `status_id` and nothing else: the ticket's category and the moments when it was resolved
and closed follow in the database, whoever sets it (migration 0030).
"""

from __future__ import annotations

from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.lifecycle.public import (
    find_next_in_category,
    find_reopened,
    get_status,
    list_next_statuses,
    list_statuses,
)
from atum_desk.tickets.models import LockedTicket
from atum_desk.tickets.problems import StatusUnknown, TransitionForbidden

REOPENED_BY_REQUESTER = ("waiting", "on_hold", "resolved")


async def find_next_status(work: UnitOfWork, ticket: LockedTicket, key: str) -> int | None:
    """Return the status a ticket shall take, None when it has it already.

    Raises StatusUnknown, or TransitionForbidden with the statuses that the actor may give it.
    """
    status = await get_status(work, key)
    if status is None:
        raise StatusUnknown(wanted=key)
    if status.id == ticket.status_id:
        return None
    allowed = await list_next_statuses(work, ticket.status_id)
    if key not in allowed:
        [current] = [one.key for one in await list_statuses(work) if one.id == ticket.status_id]
        raise TransitionForbidden(current=current, wanted=key, allowed=allowed)
    return status.id


async def find_reopened_status(work: UnitOfWork, ticket: LockedTicket) -> int | None:
    """Return the status that a requester's reply takes a ticket to, None when it stays."""
    return await find_reopened(work, ticket.status_id) if ticket.category in REOPENED_BY_REQUESTER else None


async def find_answered_status(work: UnitOfWork, ticket: LockedTicket) -> int | None:
    """Return the status that a reply of the staff takes a ticket to, None when it stays.

    A workspace may keep the first step to some roles; then the reply of another leaves the ticket New.
    """
    return await find_next_in_category(work, ticket.status_id, "open") if ticket.category == "new" else None
