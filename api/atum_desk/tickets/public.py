"""What other slices may use of tickets."""

from atum_desk.tickets.asked_lists import assignee_of, sort_of, view_of, with_condition
from atum_desk.tickets.bulk_schemas import BulkChange, MissingCounts, MissingValues
from atum_desk.tickets.commands.absent_assignees import find_notice as find_absence_notice
from atum_desk.tickets.commands.absent_assignees import with_notices
from atum_desk.tickets.commands.agent_messages import answer_ticket, hold_seconds
from atum_desk.tickets.commands.bodies import clean_text, normalise_tags, preview_of, read_body
from atum_desk.tickets.commands.custom_fields import fill_new_ticket
from atum_desk.tickets.commands.further_actions import FurtherActions, act_on_ticket
from atum_desk.tickets.commands.inline_images import require_attached
from atum_desk.tickets.commands.living_tickets import require_living
from atum_desk.tickets.commands.mail_replies import may_answer, reply_from_mail
from atum_desk.tickets.commands.many_tickets import ManyMessage, Outcome, change_each, lock_free
from atum_desk.tickets.commands.missing_values import require_fit
from atum_desk.tickets.commands.new_tickets import add_message, append_message, open_ticket
from atum_desk.tickets.commands.outbound_tickets import Addressee, open_each
from atum_desk.tickets.commands.possible_duplicates import link_possibly_same
from atum_desk.tickets.commands.recipients import names_recipients, read_recipients, settle_outsiders
from atum_desk.tickets.commands.staff_tickets import open_ticket_for
from atum_desk.tickets.commands.status import find_dismissed_status
from atum_desk.tickets.feature import CONFIRM_REQUEST, ConfirmRequest
from atum_desk.tickets.fields import PERMISSIONS_TO_SET_ANY, SETTABLE
from atum_desk.tickets.links import RequestLink, end_of_link, open_link, request_link
from atum_desk.tickets.list_groups import grouping_field
from atum_desk.tickets.models import (
    Appended,
    AuthorVerdict,
    LockedTicket,
    MarkedText,
    MessageExtras,
    MessageItem,
    MessageKind,
    NewMessage,
    NewTicket,
    OpenedTicket,
    Recipients,
)
from atum_desk.tickets.narrowed_list import narrowed
from atum_desk.tickets.outbound_schemas import OutboundFacts
from atum_desk.tickets.presentation import present_ticket
from atum_desk.tickets.problems import (
    AssigneeUnknown,
    ColumnUnknown,
    GroupUnknown,
    ItemsRequired,
    ListTooBroad,
    MailboxUnknown,
    ManyRecipients,
    MentionOutOfSight,
    MentionUnknown,
    MergedElsewhere,
    NewerMessages,
    RequesterIsStaff,
    RequesterUnknown,
    ResolutionRequired,
    ResolutionUnknown,
    SearchTooBroad,
    SortUnknown,
    StatusUnknown,
    TagRetired,
    TeamUnknown,
    TicketBusy,
    TicketNotFound,
    TransitionForbidden,
    ViewNotFound,
)
from atum_desk.tickets.queries.absent_assignees import hand_over_open_tickets
from atum_desk.tickets.queries.condition_counts import COUNT_CAP, Counted, count_conditions, count_exactly
from atum_desk.tickets.queries.conditions import LIST_SECONDS, evaluate, parse_condition, reader_of
from atum_desk.tickets.queries.edits import write_parsed_message
from atum_desk.tickets.queries.field_sorts import find_order
from atum_desk.tickets.queries.fields import register_of
from atum_desk.tickets.queries.lists import Parameters, page_statement, read_tickets_in
from atum_desk.tickets.queries.many import VARIABLES, TextAgent, list_ids, list_template_values
from atum_desk.tickets.queries.merges import lock_living_ticket
from atum_desk.tickets.queries.missing_values import MissingCounter
from atum_desk.tickets.queries.outbound import list_expected_values
from atum_desk.tickets.queries.people import confirm_author, ensure_participants, has_unconfirmed
from atum_desk.tickets.queries.quotes import CarriedMessage, list_carried
from atum_desk.tickets.queries.ranked_search import SearchSort, TicketSearch
from atum_desk.tickets.queries.resolved import resolve_ticket
from atum_desk.tickets.queries.search import search_tickets
from atum_desk.tickets.queries.search_words import SearchWords, correct_again, find_correction, read_words
from atum_desk.tickets.queries.stored_views import Known, decoded, read_known
from atum_desk.tickets.queries.threads import (
    THREAD_LIMIT,
    get_ticket,
    get_ticket_id,
    list_conversation_messages,
    list_older_messages,
    read_ticket,
)
from atum_desk.tickets.queries.whole_lists import count_tickets_up_to, walk_ticket_ids
from atum_desk.tickets.queries.writes import MailContext, get_mail_context, lock_ticket, lock_ticket_with_mail_context
from atum_desk.tickets.schemas import (
    Addresses,
    CorrectedWord,
    ListSort,
    MessageAdded,
    MessageInput,
    RecipientInput,
    RecipientsInput,
    Sort,
    Ticket,
    TicketChange,
    TicketFilter,
    TicketInput,
    TicketPage,
    View,
)
from atum_desk.tickets.values import (
    MOST_SNOOZED_MINUTES,
    PRIORITIES,
    TICKET_TYPES,
    Automatic,
    Priority,
    ResolutionKey,
    StatusRef,
    Tag,
    Tags,
    TicketType,
    priority_number,
)

__all__ = [
    "CONFIRM_REQUEST",
    "COUNT_CAP",
    "LIST_SECONDS",
    "MOST_SNOOZED_MINUTES",
    "PERMISSIONS_TO_SET_ANY",
    "PRIORITIES",
    "SETTABLE",
    "THREAD_LIMIT",
    "TICKET_TYPES",
    "VARIABLES",
    "Addressee",
    "Addresses",
    "Appended",
    "AssigneeUnknown",
    "AuthorVerdict",
    "Automatic",
    "BulkChange",
    "CarriedMessage",
    "ColumnUnknown",
    "ConfirmRequest",
    "CorrectedWord",
    "Counted",
    "FurtherActions",
    "GroupUnknown",
    "ItemsRequired",
    "Known",
    "ListSort",
    "ListTooBroad",
    "LockedTicket",
    "MailContext",
    "MailboxUnknown",
    "ManyMessage",
    "ManyRecipients",
    "MarkedText",
    "MentionOutOfSight",
    "MentionUnknown",
    "MergedElsewhere",
    "MessageAdded",
    "MessageExtras",
    "MessageInput",
    "MessageItem",
    "MessageKind",
    "MissingCounter",
    "MissingCounts",
    "MissingValues",
    "NewMessage",
    "NewTicket",
    "NewerMessages",
    "OpenedTicket",
    "OutboundFacts",
    "Outcome",
    "Parameters",
    "Priority",
    "RecipientInput",
    "Recipients",
    "RecipientsInput",
    "RequestLink",
    "RequesterIsStaff",
    "RequesterUnknown",
    "ResolutionKey",
    "ResolutionRequired",
    "ResolutionUnknown",
    "SearchSort",
    "SearchTooBroad",
    "SearchWords",
    "Sort",
    "SortUnknown",
    "StatusRef",
    "StatusUnknown",
    "Tag",
    "TagRetired",
    "Tags",
    "TeamUnknown",
    "TextAgent",
    "Ticket",
    "TicketBusy",
    "TicketChange",
    "TicketFilter",
    "TicketInput",
    "TicketNotFound",
    "TicketPage",
    "TicketSearch",
    "TicketType",
    "TransitionForbidden",
    "View",
    "ViewNotFound",
    "act_on_ticket",
    "add_message",
    "answer_ticket",
    "append_message",
    "assignee_of",
    "change_each",
    "clean_text",
    "confirm_author",
    "correct_again",
    "count_conditions",
    "count_exactly",
    "count_tickets_up_to",
    "decoded",
    "end_of_link",
    "ensure_participants",
    "evaluate",
    "fill_new_ticket",
    "find_absence_notice",
    "find_correction",
    "find_dismissed_status",
    "find_order",
    "get_mail_context",
    "get_ticket",
    "get_ticket_id",
    "grouping_field",
    "hand_over_open_tickets",
    "has_unconfirmed",
    "hold_seconds",
    "link_possibly_same",
    "list_carried",
    "list_conversation_messages",
    "list_expected_values",
    "list_ids",
    "list_older_messages",
    "list_template_values",
    "lock_free",
    "lock_living_ticket",
    "lock_ticket",
    "lock_ticket_with_mail_context",
    "may_answer",
    "names_recipients",
    "narrowed",
    "normalise_tags",
    "open_each",
    "open_link",
    "open_ticket",
    "open_ticket_for",
    "page_statement",
    "parse_condition",
    "present_ticket",
    "preview_of",
    "priority_number",
    "read_body",
    "read_known",
    "read_recipients",
    "read_ticket",
    "read_tickets_in",
    "read_words",
    "reader_of",
    "register_of",
    "reply_from_mail",
    "request_link",
    "require_attached",
    "require_fit",
    "require_living",
    "resolve_ticket",
    "search_tickets",
    "settle_outsiders",
    "sort_of",
    "view_of",
    "walk_ticket_ids",
    "with_condition",
    "with_notices",
    "write_parsed_message",
]
