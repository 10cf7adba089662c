"""What tickets to many people have in common."""

from __future__ import annotations

import msgspec

from atum_desk.tickets.schemas import FieldValues
from atum_desk.tickets.values import Priority, Subject, Tags, TicketType


class OutboundFacts(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The same of each ticket; without a mailbox the first active one sends, without a team the mailbox's has them."""

    subject: Subject
    mailbox_id: int | None = None
    team_id: int | None = None
    assignee_id: int | None = None
    priority: Priority = "normal"
    type: TicketType = "question"
    tags: Tags = []
    fields: FieldValues = {}
