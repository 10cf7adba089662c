"""Which status a ticket takes next; what follows from it stands in one place, the trigger `follow_status`.

A command sets `status_id` and nothing else: the ticket's category and the moments when it was resolved
and closed follow in the database, whoever sets it (migration 0030).
"""

from __future__ import annotations

from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.tickets.models import LockedTicket, Status
from atum_desk.tickets.problems import StatusUnknown, TransitionForbidden
from atum_desk.tickets.queries import writes

REOPENED_BY_REQUESTER = ("waiting", "on_hold", "resolved")


async def find_next_status(work: UnitOfWork, ticket: LockedTicket, key: str) -> Status | None:
    """Return the status a ticket shall take, None when it has it already.

    Raises StatusUnknown, or TransitionForbidden with the statuses it may take.
    """
    status = await writes.find_status(work, key)
    if status is None:
        raise StatusUnknown(wanted=key)
    if status.id == ticket.status_id:
        return None
    allowed = await writes.list_next_statuses(work, ticket.status_id)
    if status.id not in {s.id for s in allowed}:
        current = await writes.find_current_status(work, ticket.status_id)
        raise TransitionForbidden(current=current, wanted=key, allowed=[s.key for s in allowed])
    return status


async def find_reopened_status(work: UnitOfWork, ticket: LockedTicket) -> int | None:
    """Return the status that a requester's reply takes a ticket to, None when it stays."""
    return await _open_status(work) if ticket.category in REOPENED_BY_REQUESTER else None


async def find_answered_status(work: UnitOfWork, ticket: LockedTicket) -> int | None:
    """Return the status that a reply of the staff takes a ticket to, None when it stays."""
    return await _open_status(work) if ticket.category == "new" else None


async def _open_status(work: UnitOfWork) -> int | None:
    status = await writes.find_status(work, "open")
    return status.id if status else None
