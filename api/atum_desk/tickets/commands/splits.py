"""Splitting messages off a ticket, and bringing them back.

Messages become another ticket's as in a merge: files and mails go along, and an answer to one of those
mails arrives where it stands. Two rows link both tickets; the ledger knows where each message stood.
"""

from __future__ import annotations

import re

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, ReadTransaction, UnitOfWork
from atum_desk.kernel.one_line_text import clean_line
from atum_desk.kernel.problems import require_text
from atum_desk.tickets import permissions
from atum_desk.tickets.commands.living_tickets import count_again, lock_both, require_living, shown
from atum_desk.tickets.commands.relations import move_relations
from atum_desk.tickets.models import LockedTicket
from atum_desk.tickets.problems import MessageNotFound, NothingLeft, NotSplit, ParticipantNotFound
from atum_desk.tickets.queries import merges, people, relations, splits, writes
from atum_desk.tickets.queries.splits import SplitMessage
from atum_desk.tickets.schemas import Ticket
from atum_desk.tickets.split_schemas import SplitInput, SplitProposal, UnsplitInput

MOST_SUBJECT = 80
# A line that greets says nothing of what it is about.
_GREETING = re.compile(r"^[^.?]{0,60}[,!:]$")


async def propose_split(
    transaction: ReadTransaction, ticket_id: int, number_subject: str, requester_id: int, message_ids: list[int]
) -> SplitProposal:
    """Return what a split of messages comes to when nothing else is said.

    Its requester is who wrote the first of them, or else the ticket's own; the other writers take part. Raises
    MessageNotFound, and NothingLeft when no message would stay.
    """
    messages = await _chosen(transaction, ticket_id, message_ids)
    writers = list(dict.fromkeys(one.author_id for one in messages if one.author_id is not None))
    return SplitProposal(
        subject=_proposed_subject(messages[0], number_subject),
        requester_id=writers[0] if writers else requester_id,
        participant_ids=writers[1:],
        people=await splits.list_people(transaction, ticket_id, message_ids),
    )


async def split_ticket(database: Database, actor: Actor, number: int, given: SplitInput) -> Ticket | None:
    """Make messages of a ticket a ticket of their own, which is returned; None where the actor may not read it.

    Raises TicketNotFound, MergedElsewhere, MessageNotFound, NothingLeft, ParticipantNotFound and PermissionMissing.
    """
    async with database.writing(actor, "ticket.split") as work:
        work.actor.require(permissions.MERGE)
        source = await writes.lock_ticket(work, number)
        require_living(source)
        proposed = await propose_split(work, source.id, source.subject, source.requester_id, given.message_ids)
        requester_id, joining = _people_of(given, proposed)
        subject = proposed.subject if given.subject is None else require_text("subject", given.subject)
        (first, *_) = await splits.list_split_messages(work, source.id, given.message_ids)
        ticket_id, new_number = await splits.open_split(work, source.id, subject, requester_id, first.channel)
        await merges.move_messages(work, source.id, ticket_id, given.message_ids)
        for one_id, one_subject in ((ticket_id, subject), (source.id, source.subject)):
            await writes.rename_first_message(work, one_id, one_subject)
            await count_again(work, one_id)
        await people.ensure_participants(work, ticket_id, joining, "split")
        await relations.insert_relation(work, ticket_id, source.id, "split_from")
        await splits.mark_read(work, ticket_id, actor.person_id)
        work.ticket_id, work.public = ticket_id, True
        work.summary = {"number": new_number, "from": source.number, "messages": len(given.message_ids)}
        return await shown(work, new_number)


async def unsplit_ticket(database: Database, actor: Actor, number: int, given: UnsplitInput) -> Ticket | None:
    """Bring what was split off back to where it came from, which is returned; None where the actor may not read it.

    `message_ids` are messages that came since and go back, too. A ticket that holds none any more is merged into
    the other, so that later answers to it arrive there. An undo of the split does the same while nothing has
    come since, and leaves no ticket. Raises TicketNotFound, NotSplit, MergedElsewhere and PermissionMissing.
    """
    async with database.writing(actor, "ticket.unsplit") as work:
        work.actor.require(permissions.MERGE)
        ticket, source, split = await _lock_split(work, number)
        later = {one.id for one in await splits.list_later(work, ticket.id, split)}
        back = [*split.message_ids, *(one for one in given.message_ids if one in later)]
        stays = await splits.has_other_messages(work, ticket.id, back)
        await merges.move_messages(work, ticket.id, source.id, back)
        await splits.restore_subjects(work, split.id)
        await writes.rename_first_message(work, source.id, source.subject)
        await writes.rename_first_message(work, ticket.id, ticket.subject)
        await relations.delete_relation(work, ticket.id, source.id, "split_from")
        for one in (source, ticket):
            await count_again(work, one.id)
        if not stays:
            await move_relations(work, ticket.id, source.id)
            await merges.close_into(work, ticket.id, source.number)
        work.ticket_id, work.public = ticket.id, True
        work.summary = {"number": number, "into": source.number, "messages": len(back)}
        return await shown(work, source.number)


async def _lock_split(work: UnitOfWork, number: int) -> tuple[LockedTicket, LockedTicket, splits.TicketSplit]:
    """Lock a ticket and the one that it was split from, and say how; both go on by themselves."""
    ticket_id = (await writes.lock_ticket(work, number)).id
    found = await splits.find_split(work, ticket_id)
    if found is None:
        raise NotSplit
    ticket, source = await lock_both(work, number, found.number)
    for one in (ticket, source):
        require_living(one)
    split = await splits.find_split(work, ticket_id)
    if split is None or split.origin_id != source.id:
        raise NotSplit
    return ticket, source, split


async def _chosen(transaction: ReadTransaction, ticket_id: int, message_ids: list[int]) -> list[SplitMessage]:
    messages = await splits.list_split_messages(transaction, ticket_id, message_ids)
    if len(messages) != len(set(message_ids)):
        raise MessageNotFound
    if not await splits.has_other_messages(transaction, ticket_id, message_ids):
        raise NothingLeft
    return messages


def _people_of(given: SplitInput, proposed: SplitProposal) -> tuple[int, list[int]]:
    """Return the requester and who takes part. Raises ParticipantNotFound for somebody who is not on the ticket."""
    requester_id = proposed.requester_id if given.requester_id is None else given.requester_id
    joining = proposed.participant_ids if given.participant_ids is None else given.participant_ids
    named = {given.requester_id, *(given.participant_ids or [])} - {None}
    if not named <= {one.id for one in proposed.people}:
        raise ParticipantNotFound
    return requester_id, joining


def _proposed_subject(message: SplitMessage, otherwise: str) -> str:
    lines = [line for line in (clean_line(one) for one in message.text.splitlines()) if line]
    said = next((line for line in lines if not _GREETING.match(line)), "")
    if len(said) > MOST_SUBJECT:
        said = said[:MOST_SUBJECT].rpartition(" ")[0] or said[:MOST_SUBJECT]
    return said or otherwise
