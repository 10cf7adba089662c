"""Whoever gives a ticket to somebody who is away is told so, and gives it all the same."""

from __future__ import annotations

from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.kernel.notices import NoticeRef
from atum_desk.tickets.notices import AssigneeAbsent, AssigneeAbsentWithDeputy
from atum_desk.tickets.queries import absent_assignees
from atum_desk.tickets.schemas import Ticket

KNOWN = "absent assignees"


async def note_absence(work: UnitOfWork, person_id: int, team_id: int) -> None:
    """Keep what there is to say of an assignee, asked once for each person and team."""
    known: dict[tuple[int, int], NoticeRef | None] = work.known.setdefault(KNOWN, {})
    if (person_id, team_id) not in known:
        known[person_id, team_id] = await find_notice(work, person_id, team_id)


async def find_notice(transaction: ReadTransaction, person_id: int, team_id: int | None) -> NoticeRef | None:
    """Return that somebody is away, until when, and who stands in for a team's tickets; None when they are there."""
    absent = await absent_assignees.find_absent(transaction, person_id, team_id)
    if absent is None:
        return None
    until = absent.until.isoformat()
    if absent.stand_in:
        return AssigneeAbsentWithDeputy(absent.name, until, absent.stand_in).ref
    return AssigneeAbsent(absent.name, until).ref


def absence_notices(work: UnitOfWork) -> list[NoticeRef]:
    """Return what there is to say of all assignees of this work, each sentence once."""
    known: dict[tuple[int, int], NoticeRef | None] = work.known.get(KNOWN, {})
    return list({notice.text: notice for notice in known.values() if notice is not None}.values())


def add_notices(work: UnitOfWork, ticket: Ticket) -> Ticket:
    """Return a ticket that says what there is to say of its assignee."""
    return with_notices(ticket, absence_notices(work))


def with_notices(ticket: Ticket, notices: list[NoticeRef]) -> Ticket:
    """Return a ticket with notices, which it is without when there are none."""
    if notices:
        ticket.notices = notices
    return ticket
