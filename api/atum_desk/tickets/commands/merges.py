"""Merging a ticket into another, and separating it again.

The messages of the one become the other's, with their files and mails, so that everything that reads a
thread needs to know nothing of it. The ledger knows where each stood.
"""

from __future__ import annotations

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.tickets import permissions
from atum_desk.tickets.commands.living_tickets import count_again, lock_both, require_living, shown
from atum_desk.tickets.commands.relations import move_relations, restore_relations
from atum_desk.tickets.problems import NotMerged
from atum_desk.tickets.queries import followers, merges, people, threads
from atum_desk.tickets.schemas import MergeInput, SeparateInput, Ticket


async def merge_ticket(database: Database, actor: Actor, number: int, given: MergeInput) -> Ticket | None:
    """Merge a ticket into another, which is returned; None where the actor may not read it.

    The one is closed and names the other. Its requester and participants take part in the other, unless
    `join_people` is false. Raises TicketNotFound, MergedIntoItself, MergedElsewhere and PermissionMissing.
    """
    async with database.writing(actor, "ticket.merge") as work:
        work.actor.require(permissions.MERGE)
        source, target = await lock_both(work, number, given.into)
        for ticket in (source, target):
            require_living(ticket)
        if given.join_people:
            taking_part = await merges.list_participant_ids(work, source.id)
            await people.ensure_participants(work, target.id, [source.requester_id, *taking_part], "merged")
        await followers.copy_followers(work, source.id, target.id)
        await merges.move_messages(work, source.id, target.id, await merges.list_message_ids(work, source.id))
        await merges.delete_links_between(work, source.id, target.id)
        await move_relations(work, source.id, target.id)
        await count_again(work, target.id)
        await count_again(work, source.id)
        await merges.close_into(work, source.id, target.number)
        work.ticket_id, work.public = source.id, True
        work.summary = {"number": source.number, "into": target.number}
        return await shown(work, target.number)


async def separate_ticket(database: Database, actor: Actor, number: int, given: SeparateInput) -> Ticket | None:
    """Let a merged ticket stand by itself again, with its messages and its status; None where nobody may read it.

    `message_ids` are messages that came on the other ticket since and belong to this one. An undo of the merge
    does the same while nothing has come since. Raises TicketNotFound, NotMerged and PermissionMissing.
    """
    async with database.writing(actor, "ticket.separate") as work:
        work.actor.require(permissions.MERGE)
        ticket_id = await threads.get_ticket_id(work, number)
        found = await merges.find_merge(work, ticket_id)
        if found is None:
            raise NotMerged
        # Locked in the order of bulk edits, and then read again: somebody may have been faster.
        await lock_both(work, number, found.into_number)
        merge = await merges.find_merge(work, ticket_id)
        if merge is None or merge.into_id != found.into_id:
            raise NotMerged
        later = {one.id for one in await merges.list_later(work, merge)}
        moved = [*merge.message_ids, *(one for one in given.message_ids if one in later)]
        await merges.move_messages(work, merge.into_id, ticket_id, moved)
        await merges.separate(work, ticket_id, merge.status_id)
        await merges.remove_joined(work, merge.into_id, merge.joined)
        await followers.remove_copied(work, merge.id, merge.into_id)
        await restore_relations(work, merge.id)
        await count_again(work, merge.into_id)
        await count_again(work, ticket_id)
        work.ticket_id, work.public = ticket_id, True
        work.summary = {"number": number, "from": merge.into_number}
        return await shown(work, number)
