"""Snoozing a ticket and waking it: by hand, by the clock, by an answer of its requester."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from atum_desk.kernel import clock
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.kernel.field_notices import Empty
from atum_desk.kernel.one_line_text import clean_line
from atum_desk.kernel.problems import ValidationFailed
from atum_desk.outbox.public import Passed, TooFarAhead
from atum_desk.tickets.commands.status import ENDED
from atum_desk.tickets.models import LockedTicket
from atum_desk.tickets.problems import SnoozeOfEnded
from atum_desk.tickets.queries import snoozes, writes
from atum_desk.tickets.values import MOST_SNOOZED_MINUTES, SnoozeInput

# What `SnoozeInput` is called in a request.
SNOOZE = "snooze"


def is_snoozed(ticket: LockedTicket) -> bool:
    """Tell whether a ticket is snoozed."""
    since, woken_at = ticket.columns["snoozed_at"], ticket.columns["woken_at"]
    return since is not None and ticket.category not in ENDED and (woken_at is None or woken_at < since)


def snooze_columns(ticket: LockedTicket, given: SnoozeInput | None, category: str) -> dict[str, Any]:
    """Return the columns that a snooze sets, or with None those that wake a ticket.

    `category` is what the ticket has after the change. Raises SnoozeOfEnded, and ValidationFailed for a moment that
    has passed or is too far ahead, or a snooze that nothing would end.
    """
    now = clock.now()
    if given is None:
        return {"woken_at": max(now, ticket.columns["snoozed_at"])} if is_snoozed(ticket) else {}
    if category in ENDED:
        raise SnoozeOfEnded
    woken_at = ticket.columns["woken_at"]
    return {
        # After the end of the one before, so that it counts.
        "snoozed_at": now if woken_at is None else max(now, woken_at + timedelta(microseconds=1)),
        "snoozed_until": _until(given, now),
        "snooze_on_reply": given.on_reply,
        "snooze_reason": clean_line(given.reason) or None,
    }


def _until(given: SnoozeInput, now: datetime) -> datetime | None:
    until = given.until
    if until is None and given.minutes is not None:
        until = now + timedelta(minutes=given.minutes)
    if until is None:
        if not given.on_reply:
            raise ValidationFailed.of(f"{SNOOZE}.until", Empty())
        return None
    if until <= now:
        raise ValidationFailed.of(f"{SNOOZE}.until", Passed())
    if until > now + timedelta(minutes=MOST_SNOOZED_MINUTES):
        raise ValidationFailed.of(f"{SNOOZE}.until", TooFarAhead(MOST_SNOOZED_MINUTES // (24 * 60)))
    return until


async def wake_answered(work: UnitOfWork, ticket: LockedTicket) -> bool:
    """Wake a locked ticket that is snoozed until its requester answers, and tell whether it did.

    It goes to its assignee, or to its team where they are not active any more or do not see it.
    """
    if not (is_snoozed(ticket) and ticket.columns["snooze_on_reply"]):
        return False
    await writes.update_ticket(work, ticket.id, {"woken_at": max(clock.now(), ticket.columns["snoozed_at"])})
    await snoozes.drop_lost_assignee(work, ticket.id)
    return True


async def wake_due(work: UnitOfWork, limit: int) -> int:
    """Wake tickets whose moment has come, at most `limit`, each as a change of its own; return how many."""
    command, due = work.command, await snoozes.lock_due(work, limit)
    for ticket_id, number in due:
        await snoozes.wake(work, ticket_id)
        await snoozes.drop_lost_assignee(work, ticket_id)
        work.ticket_id, work.public, work.summary = ticket_id, False, {"number": number}
        await work.next_change(command)
    return len(due)
