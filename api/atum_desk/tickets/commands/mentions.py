"""Whom a note mentions: colleagues and teams who can see the ticket."""

from __future__ import annotations

from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.kernel.problems import ValidationFailed
from atum_desk.tickets.models import LockedTicket
from atum_desk.tickets.notices import ForNotes
from atum_desk.tickets.problems import MentionOutOfSight, MentionUnknown
from atum_desk.tickets.queries import followers
from atum_desk.tickets.schemas import MessageInput
from atum_desk.tickets.values import Mentions

MOST_NAMES = 10


def require_fit_mentions(given: MessageInput) -> None:
    """Raise ValidationFailed for a reply that mentions somebody: its requester reads it."""
    if given.kind == "reply" and given.mentions and (given.mentions.staff_ids or given.mentions.team_ids):
        raise ValidationFailed.of("mentions", ForNotes())


async def settle_mentions(work: UnitOfWork, ticket: LockedTicket, given: Mentions | None) -> Mentions | None:
    """Return whom a note on a locked ticket mentions, each once; None for nobody.

    Raises MentionUnknown, and MentionOutOfSight with the names of those who do not see the ticket; a team
    is named when none of its members does.
    """
    if given is None or not (given.staff_ids or given.team_ids):
        return None
    mentions = Mentions(list(dict.fromkeys(given.staff_ids)), list(dict.fromkeys(given.team_ids)))
    found = await followers.list_mentioned(work, ticket.team_id, mentions)
    if len(found) != len(mentions.staff_ids) + len(mentions.team_ids):
        raise MentionUnknown
    if hidden := [one.name for one in found if not one.sees]:
        raise MentionOutOfSight(names=", ".join(hidden[:MOST_NAMES]))
    return mentions
