"""What other slices may use of tickets."""

from atum_desk.tickets.commands.bodies import clean_text, preview_of, read_body
from atum_desk.tickets.commands.opening import append_message, open_ticket
from atum_desk.tickets.links import open_link, request_link
from atum_desk.tickets.models import (
    Appended,
    NewMessage,
    NewTicket,
    OpenedTicket,
    StatusRef,
)
from atum_desk.tickets.presentation import FIELDS
from atum_desk.tickets.problems import MailboxUnknown, TicketNotFound, TransitionForbidden
from atum_desk.tickets.queries.writes import ensure_participants, lock_ticket

__all__ = [
    "FIELDS",
    "Appended",
    "MailboxUnknown",
    "NewMessage",
    "NewTicket",
    "OpenedTicket",
    "StatusRef",
    "TicketNotFound",
    "TransitionForbidden",
    "append_message",
    "clean_text",
    "ensure_participants",
    "lock_ticket",
    "open_link",
    "open_ticket",
    "preview_of",
    "read_body",
    "request_link",
]
