"""What other slices may use of tickets."""

from atum_desk.tickets.commands.bodies import clean_text, preview_of
from atum_desk.tickets.commands.custom_fields import fill_new_ticket
from atum_desk.tickets.commands.mail_replies import may_answer, reply_from_mail
from atum_desk.tickets.commands.new_tickets import append_message, open_ticket
from atum_desk.tickets.commands.possible_duplicates import link_possibly_same
from atum_desk.tickets.feature import CONFIRM_REQUEST, ConfirmRequest
from atum_desk.tickets.links import RequestLink, end_of_link, open_link, request_link
from atum_desk.tickets.models import (
    Appended,
    AuthorVerdict,
    MessageExtras,
    MessageKind,
    NewMessage,
    NewTicket,
    OpenedTicket,
)
from atum_desk.tickets.problems import MailboxUnknown, TransitionForbidden
from atum_desk.tickets.queries.edits import write_parsed_message
from atum_desk.tickets.queries.fields import register_of
from atum_desk.tickets.queries.people import confirm_author, ensure_participants, has_unconfirmed
from atum_desk.tickets.queries.writes import get_mail_context, resolve_ticket
from atum_desk.tickets.values import StatusRef

__all__ = [
    "CONFIRM_REQUEST",
    "Appended",
    "AuthorVerdict",
    "ConfirmRequest",
    "MailboxUnknown",
    "MessageExtras",
    "MessageKind",
    "NewMessage",
    "NewTicket",
    "OpenedTicket",
    "RequestLink",
    "StatusRef",
    "TransitionForbidden",
    "append_message",
    "clean_text",
    "confirm_author",
    "end_of_link",
    "ensure_participants",
    "fill_new_ticket",
    "get_mail_context",
    "has_unconfirmed",
    "link_possibly_same",
    "may_answer",
    "open_link",
    "open_ticket",
    "preview_of",
    "register_of",
    "reply_from_mail",
    "request_link",
    "resolve_ticket",
    "write_parsed_message",
]
