"""Opening tickets and adding messages: what mail, portal and API call."""

from __future__ import annotations

import asyncpg

from atum_desk.files.public import attach_uploads
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.kernel.one_line_text import clean_line
from atum_desk.tickets.commands.bodies import normalise_tags, preview_of
from atum_desk.tickets.commands.inline_images import shown_attachments
from atum_desk.tickets.commands.managed_tags import admitted_tags
from atum_desk.tickets.commands.snoozes import wake_answered
from atum_desk.tickets.commands.status import answered_by_requester
from atum_desk.tickets.models import Appended, LockedTicket, NewMessage, NewTicket, OpenedTicket
from atum_desk.tickets.problems import MailboxUnknown, RequesterUnknown, TeamUnknown
from atum_desk.tickets.queries import merges, writes
from atum_desk.tickets.queries.absent_assignees import find_away


async def open_ticket(work: UnitOfWork, new: NewTicket) -> OpenedTicket:
    """Open a ticket with its first message within a unit of work.

    Raises MailboxUnknown, TeamUnknown or RequesterUnknown when those do not exist.
    """
    ticket_id, number = await insert_ticket(work, new)
    return await add_first_message(work, ticket_id, number, new)


async def insert_ticket(work: UnitOfWork, new: NewTicket) -> tuple[int, int]:
    """Insert a ticket whose first message follows in the same unit of work; return its id and number.

    Raises what `open_ticket` raises.
    """
    new.subject = clean_line(new.subject)[:500] or "(no subject)"
    # A follow-up has the tags of the ticket that it follows, whatever became of them.
    tags = normalise_tags(new.tags)
    new.tags = tags if new.follow_up_of_id else await admitted_tags(work, tags)
    try:
        row = await writes.insert_ticket(work, new, preview_of(new.message.text))
    except asyncpg.ForeignKeyViolationError as error:
        raise (RequesterUnknown if "requester" in (error.constraint_name or "") else TeamUnknown) from None
    except asyncpg.InsufficientPrivilegeError:
        raise MailboxUnknown if new.team_id is None else TeamUnknown from None
    except asyncpg.NotNullViolationError:
        raise MailboxUnknown from None
    if row is None:
        raise MailboxUnknown
    return row["id"], row["number"]


async def add_first_message(work: UnitOfWork, ticket_id: int, number: int, new: NewTicket) -> OpenedTicket:
    """Add the first message to a ticket that was just inserted."""
    read_by = work.actor.person_id if new.message.from_staff and isinstance(work.actor, Actor) else None
    message_id = await writes.insert_first_message(work, ticket_id, new, read_by)
    opened = OpenedTicket(id=ticket_id, number=number, message_id=message_id)
    await _attach(work, new.message, opened.id, opened.message_id)
    work.ticket_id, work.public = opened.id, True
    work.summary = {"number": opened.number, "channel": new.channel, "message_id": opened.message_id}
    return opened


async def append_message(work: UnitOfWork, ticket_id: int, message: NewMessage) -> Appended:
    """Add a message to a ticket by id, as mail and portal do.

    A requester's reply reopens what waited or ended, as the rules of the ticket's team have it; after the
    days that they give, it opens a follow-up that is linked to it. The ticket of somebody who is away goes to who
    stands in, or to nobody. An automatic message moves nothing.
    """
    ticket = await merges.lock_living_ticket(work, ticket_id)
    if message.kind != "reply" or message.from_staff or message.automatic:
        return await add_message(work, ticket, message, None)
    answered = await answered_by_requester(work, ticket)
    if answered.follow_up:
        return await _follow_up(work, ticket, message)
    if answered.drops_assignee:
        await writes.update_ticket(work, ticket.id, {"assignee_id": None})
    elif ticket.assignee_id is not None:
        away = await find_away(work, ticket.assignee_id, ticket.team_id)
        if away is not None:
            await writes.update_ticket(work, ticket.id, {"assignee_id": away.stand_in_id})
    woken = await wake_answered(work, ticket)
    appended = await add_message(work, ticket, message, answered.status_id)
    if woken:
        work.summary["woken"] = True
    return appended


async def add_message(work: UnitOfWork, ticket: LockedTicket, message: NewMessage, status_id: int | None) -> Appended:
    """Add a message to a locked ticket and set its status unless None."""
    message_id = await writes.insert_message(work, ticket.id, message, preview_of(message.text), status_id)
    await _attach(work, message, ticket.id, message_id)
    work.ticket_id, work.public = ticket.id, message.kind == "reply"
    work.summary = {"number": ticket.number, "message_id": message_id, "kind": message.kind}
    return Appended(message_id=message_id, ticket_id=ticket.id, number=ticket.number, opened=False)


async def _attach(work: UnitOfWork, message: NewMessage, ticket_id: int, message_id: int) -> None:
    shown = shown_attachments(message.html) & set(message.attachment_ids)
    await attach_uploads(work, message.attachment_ids, ticket_id, message_id, shown)


async def _follow_up(work: UnitOfWork, closed: LockedTicket, message: NewMessage) -> Appended:
    opened = await open_ticket(
        work,
        NewTicket(
            subject=closed.subject,
            requester_id=closed.requester_id,
            channel=message.channel,
            mailbox_id=closed.mailbox_id,
            team_id=closed.team_id,
            follow_up_of_id=closed.id,
            tags=closed.tags,
            message=message,
        ),
    )
    work.summary["follow_up_of"] = closed.number
    return Appended(message_id=opened.message_id, ticket_id=opened.id, number=opened.number, opened=True)
