"""Which status a ticket takes next; what follows from it stands in one place, the trigger `follow_status`.

A command sets `status_id` and nothing else: the ticket's category and the moments when it was resolved
and closed follow in the database, whoever sets it (migration 0030).
"""

from __future__ import annotations

from datetime import timedelta

import msgspec

from atum_desk.kernel import clock
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.lifecycle.public import (
    Rules,
    find_next_in_category,
    find_reopened,
    get_rules,
    get_status,
    list_next_statuses,
    list_statuses,
)
from atum_desk.tickets.models import LockedTicket
from atum_desk.tickets.problems import StatusUnknown, TransitionForbidden
from atum_desk.tickets.queries import writes

REOPENED_BY_REQUESTER = ("waiting", "on_hold", "resolved", "closed")
CANCELLED = "cancelled"
ENDED = ("resolved", "closed")


class Answered(msgspec.Struct, frozen=True):
    """What a requester's answer does to a ticket: another status, nobody assigned any more, or a follow-up instead."""

    status_id: int | None = None
    drops_assignee: bool = False
    follow_up: bool = False


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
        known = await list_statuses(work)
        [current] = [one.key for one in known if one.id == ticket.status_id]
        raise TransitionForbidden(
            current=current, wanted=key, allowed=allowed, names={one.key: one.name for one in known}
        )
    return status.id


async def find_dismissed_status(work: UnitOfWork, number: int) -> str:
    """Lock a ticket and return the status that one gets which nobody answers: Cancelled, else another that closes it.

    Raises TicketNotFound, or TransitionForbidden where none of them may follow.
    """
    ticket = await writes.lock_ticket(work, number)
    known = {one.key: one for one in await list_statuses(work)}
    [current] = [one for one in known.values() if one.id == ticket.status_id]
    if current.category == "closed":
        return current.key
    allowed = await list_next_statuses(work, ticket.status_id)
    closing = sorted((key for key in allowed if known[key].category == "closed"), key=lambda key: key != CANCELLED)
    if not closing:
        names = {one.key: one.name for one in known.values()}
        raise TransitionForbidden(current=current.key, wanted=CANCELLED, allowed=allowed, names=names)
    return closing[0]


async def answered_by_requester(work: UnitOfWork, ticket: LockedTicket) -> Answered:
    """Return what a requester's answer does to a ticket, as the rules of its team have it."""
    if ticket.category not in REOPENED_BY_REQUESTER:
        return Answered()
    keeps = True
    if ticket.category in ENDED:
        rules = await get_rules(work, ticket.team_id)
        if not reopens(ticket, rules):
            return Answered(follow_up=True)
        keeps = rules.keep_assignee
    drops = ticket.assignee_id is not None and not (
        keeps and await writes.can_be_assigned(work, ticket.assignee_id, ticket.team_id)
    )
    return Answered(await find_reopened(work, ticket.status_id), drops)


def reopens(ticket: LockedTicket, rules: Rules) -> bool:
    """Tell whether an answer reopens an ended ticket now; the function `answer_reopens` says the same to the portal."""
    if rules.reopen_within_days is None:
        return ticket.category == "resolved"
    if ticket.resolved_at is None:
        return False
    return ticket.resolved_at > clock.now() - timedelta(days=rules.reopen_within_days)


async def find_answered_status(work: UnitOfWork, ticket: LockedTicket) -> int | None:
    """Return the status that a reply of the staff takes a ticket to, None when it stays.

    A workspace may keep the first step to some roles; then the reply of another leaves the ticket New.
    """
    return await find_next_in_category(work, ticket.status_id, "open") if ticket.category == "new" else None
