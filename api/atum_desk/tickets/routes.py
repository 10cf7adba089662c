"""HTTP routes of tickets."""

from __future__ import annotations

from typing import Annotated, get_args

from litestar import Response, delete, get, patch, post
from litestar.params import Parameter

from atum_desk.conditions.public import MAX_CHARACTERS, ConditionInvalid, complete, leaves_of
from atum_desk.custom_fields.public import FieldsRequired
from atum_desk.files.public import AttachmentTaken
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import IfMatch, Limit, numbers_of, version_of, words_of, zone_of
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.cursors import DEFAULT_LIMIT, decode_cursor, encode_cursor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.field_notices import Empty
from atum_desk.kernel.problems import ValidationFailed, VersionConflict
from atum_desk.lifecycle.public import CATEGORIES
from atum_desk.outbox.public import AddressStopped, MailNotWaiting, MailTooLarge
from atum_desk.tickets import permissions, problems
from atum_desk.tickets.asked_lists import assignee_of, sort_of, view_of
from atum_desk.tickets.bulk_schemas import BulkChange, BulkResult
from atum_desk.tickets.commands import possible_duplicates
from atum_desk.tickets.commands.absent_assignees import with_notices
from atum_desk.tickets.commands.edit_reply import edit_waiting_reply
from atum_desk.tickets.commands.participants import add_participant, remove_all_participants, remove_participant
from atum_desk.tickets.commands.properties import change_ticket, change_tickets
from atum_desk.tickets.commands.revoke_links import revoke_portal_links
from atum_desk.tickets.commands.staff_tickets import open_ticket_for
from atum_desk.tickets.condition_schemas import (
    CompletionList,
    Explanation,
    FieldList,
    present_completions,
    present_explanation,
    present_fields,
)
from atum_desk.tickets.fields import PERMISSIONS_TO_SET_ANY
from atum_desk.tickets.presentation import present_changes, present_ticket
from atum_desk.tickets.queries import conditions, counts, lists, tags, threads, writes
from atum_desk.tickets.queries.fields import register_for, register_of
from atum_desk.tickets.queries.view_lists import read_tickets_of_view
from atum_desk.tickets.schemas import (
    HistoryPage,
    LinksRevoked,
    LinksToRevoke,
    ListSort,
    MessageAdded,
    MessageEdit,
    ParticipantInput,
    TagList,
    Ticket,
    TicketChange,
    TicketCounts,
    TicketFilter,
    TicketInput,
    TicketPage,
    View,
)
from atum_desk.tickets.values import PRIORITIES

TEXT = 'A condition in its text form, such as `status:open -tag:vpn "exact words"`; plain words are searched for'
ZONE = "The reader's time zone, such as Europe/Berlin: when days begin in conditions"
VIEW = f"The id of a view, or one of {', '.join(get_args(View))}"
SORT = "The order; without it that of the view, or else the latest update first"
FIELDS = "Keys of custom fields of tickets whose values the rows carry, separated by commas; at most 20"
GROUP = "One group of the list, as `GET /tickets/groups` names it, such as `assignee:12`"
MOST_FIELDS = 20
MOST_COMPLETIONS = 40
UNKNOWN_PARTS = (
    problems.AssigneeUnknown,
    problems.TeamUnknown,
    problems.RequesterUnknown,
    problems.MailboxUnknown,
    problems.StatusUnknown,
    problems.ResolutionUnknown,
    problems.ResolutionRequired,
    problems.ItemsRequired,
    problems.NotEnded,
    problems.SnoozeOfEnded,
    problems.TagRetired,
    AttachmentTaken,
    FieldsRequired,
)


@get(
    "/tickets",
    opt=needs(permissions.READ),
    responses=answers(
        *(problems.SearchTooBroad, problems.ListTooBroad, problems.ViewNotFound, problems.GroupUnknown),
        ConditionInvalid,
    ),
)
async def list_tickets(
    database: Database,
    actor: Actor,
    view: Annotated[str, Parameter(max_length=40, description=VIEW)] = "all_open",
    team_id: Annotated[str | None, Parameter(description="Team ids, separated by commas")] = None,
    assignee_id: Annotated[str | None, Parameter(description="An id, `me` or `none`")] = None,
    status: Annotated[str | None, Parameter(description="Status keys, separated by commas")] = None,
    category: Annotated[str | None, Parameter(description="Categories, separated by commas")] = None,
    priority: Annotated[str | None, Parameter(description="Priorities, separated by commas")] = None,
    tag: Annotated[str | None, Parameter(max_length=50)] = None,
    requester_id: int | None = None,
    organization_id: int | None = None,
    q: Annotated[str, Parameter(max_length=MAX_CHARACTERS, description=TEXT)] = "",
    zone: Annotated[str, Parameter(max_length=60, description=ZONE)] = "UTC",
    sort: Annotated[ListSort | None, Parameter(description=SORT)] = None,
    fields: Annotated[str | None, Parameter(max_length=1_000, description=FIELDS)] = None,
    group: Annotated[str, Parameter(max_length=120, description=GROUP)] = "",
    limit: Limit = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> TicketPage:
    """List the tickets that the actor sees, narrowed and sorted."""
    of_view, view_id = view_of(view)
    named, field_sort = sort_of(sort)
    wanted = TicketFilter(
        view=of_view,
        team_ids=numbers_of(team_id, "team_id"),
        assignee_id=assignee_of(assignee_id, actor),
        statuses=words_of(status, "status"),
        categories=words_of(category, "category", CATEGORIES),  # type: ignore[arg-type]
        priorities=words_of(priority, "priority", PRIORITIES),  # type: ignore[arg-type]
        tag=tag,
        requester_id=requester_id,
        organization_id=organization_id,
        sort=named or "-updated_at",
        field_sort=field_sort,
        fields=words_of(fields, "fields")[:MOST_FIELDS],
        group=group,
    )
    if view_id is not None:
        return await read_tickets_of_view(database, actor, view_id, wanted, sort, q, zone_of(zone), cursor, limit)
    if q.strip() or wanted.field_sort or group:
        return await conditions.read_narrowed_tickets(database, actor, wanted, q, zone_of(zone), cursor, limit)
    return await lists.read_tickets(database, actor, wanted, cursor, limit)


@get("/tickets/counts", opt=needs(permissions.READ))
async def count_tickets(database: Database, actor: Actor) -> TicketCounts:
    """Count each view and team; 1000 means a thousand or more."""
    return await counts.read_counts(database, actor)


@post(
    "/tickets",
    opt=needs(permissions.OPEN),
    responses=answers(problems.ManyRecipients, AddressStopped, MailTooLarge, *UNKNOWN_PARTS),
)
async def open_ticket(database: Database, settings: Settings, actor: Actor, data: TicketInput) -> Ticket:
    """Open a ticket on behalf of a requester, or with a reply to them that leaves as mail."""
    number, notices = await open_ticket_for(database, settings, actor, data)
    return with_notices(present_ticket(*await threads.read_ticket(database, actor, number)), notices)


@delete("/ticket-links/{link_id:int}", opt=needs(permissions.EDIT), responses=answers(problems.LinkNotFound))
async def dismiss_link(database: Database, actor: Actor, link_id: int) -> None:
    """Say that two tickets are not the same."""
    await possible_duplicates.dismiss_link(database, actor, link_id)


@get("/tickets/{number:int}/history", opt=needs(permissions.READ), responses=answers(problems.TicketNotFound))
async def get_history(
    database: Database, actor: Actor, number: int, limit: Limit = DEFAULT_LIMIT, cursor: str | None = None
) -> HistoryPage:
    """Return a ticket's property changes, newest first."""
    after = decode_cursor(cursor, tuple[int])
    async with database.reading(actor) as transaction:
        thread = await threads.list_changes(transaction, number, after[0] if after else 2**62, limit)
        items = present_changes(thread, transaction.actor)
    return HistoryPage(items, encode_cursor(items[-1].id) if len(items) == limit else None)


@patch(
    "/tickets/{number:int}",
    opt=needs(*PERMISSIONS_TO_SET_ANY),
    responses=answers(problems.TicketNotFound, problems.TransitionForbidden, VersionConflict, *UNKNOWN_PARTS),
)
async def edit_ticket(
    database: Database, actor: Actor, number: int, data: TicketChange, if_match: IfMatch = None
) -> Response[Ticket | None]:
    """Change a ticket's properties; 204 when the actor may not read it, or not any more."""
    ticket = await change_ticket(database, actor, number, data, version_of(if_match))
    return Response(ticket, status_code=200 if ticket else 204)


@post(
    "/tickets/bulk",
    opt=needs(*PERMISSIONS_TO_SET_ANY),
    status_code=200,
    responses=answers(problems.TeamUnknown, problems.RequesterUnknown),
)
async def edit_tickets(database: Database, actor: Actor, data: BulkChange) -> BulkResult:
    """Change up to 200 tickets as one change, undone as one."""
    return await change_tickets(database, actor, data)


@patch(
    "/messages/{message_id:int}",
    opt=needs(permissions.REPLY),
    responses=answers(
        problems.MessageNotFound, problems.ManyRecipients, AddressStopped, MailNotWaiting, VersionConflict
    ),
)
async def edit_message(
    database: Database, settings: Settings, actor: Actor, message_id: int, data: MessageEdit, if_match: IfMatch = None
) -> MessageAdded:
    """Change a reply while its mail waits to leave: its text, its recipients, its moment."""
    return await edit_waiting_reply(database, settings, actor, message_id, data, version_of(if_match))


@post(
    "/tickets/{number:int}/participants",
    opt=needs(permissions.REPLY),
    status_code=200,
    responses=answers(problems.TicketNotFound),
)
async def add_ticket_participant(
    database: Database, actor: Actor, number: int, data: ParticipantInput
) -> Response[Ticket | None]:
    """Let somebody take part in a ticket: answers to all go to them, and they see it in the portal."""
    ticket = await add_participant(database, actor, number, data)
    return Response(ticket, status_code=200 if ticket else 204)


@delete(
    "/tickets/{number:int}/participants/{person_id:int}",
    opt=needs(permissions.REPLY),
    status_code=200,
    responses=answers(problems.TicketNotFound, problems.ParticipantNotFound),
)
async def remove_ticket_participant(
    database: Database, actor: Actor, number: int, person_id: int
) -> Response[Ticket | None]:
    """Let somebody no longer take part in a ticket."""
    ticket = await remove_participant(database, actor, number, person_id)
    return Response(ticket, status_code=200 if ticket else 204)


@delete(
    "/tickets/{number:int}/participants",
    opt=needs(permissions.REPLY),
    status_code=200,
    responses=answers(problems.TicketNotFound),
)
async def remove_ticket_participants(database: Database, actor: Actor, number: int) -> Response[Ticket | None]:
    """Let nobody but the requester take part in a ticket; one undo brings all back."""
    ticket = await remove_all_participants(database, actor, number)
    return Response(ticket, status_code=200 if ticket else 204)


@post(
    "/tickets/{number:int}/read",
    opt=needs(permissions.READ),
    status_code=204,
    responses=answers(problems.TicketNotFound),
)
async def mark_read(database: Database, actor: Actor, number: int) -> None:
    """Remember that the actor has seen the ticket as it is now."""
    async with database.marking(actor) as transaction:
        if not await writes.mark_read(transaction, number):
            raise problems.TicketNotFound


@post(
    "/tickets/{number:int}/portal-links/revoke",
    opt=needs(permissions.EDIT),
    status_code=200,
    responses=answers(problems.TicketNotFound, problems.RequesterUnknown),
)
async def revoke_links(database: Database, actor: Actor, number: int, data: LinksToRevoke) -> LinksRevoked:
    """Revoke the links to the ticket that one of its people was sent, and end what they opened."""
    return await revoke_portal_links(database, actor, number, data.person_id)


@get(
    "/tickets/{number:int}/conditions",
    opt=needs(permissions.READ),
    responses=answers(problems.TicketNotFound, ConditionInvalid),
)
async def explain_condition(
    database: Database,
    actor: Actor,
    number: int,
    q: Annotated[str, Parameter(max_length=MAX_CHARACTERS, description=TEXT)],
    zone: Annotated[str, Parameter(max_length=60, description=ZONE)] = "UTC",
) -> Explanation:
    """Tell whether a ticket meets a condition, and which parts of it."""
    async with database.reading(actor) as transaction:
        register = await register_for(transaction, q)
        condition, names = await conditions.parse_condition(transaction, q, register)
        if condition is None:
            raise ValidationFailed.of("q", Empty())
        asked = [condition, *leaves_of(condition)]
        reader = conditions.reader_of(actor, zone_of(zone))
        held = await conditions.evaluate(transaction, number, asked, reader, register)
    return present_explanation(condition, held, names, register)


@get("/fields", opt=needs(permissions.READ))
async def list_fields(database: Database, actor: Actor) -> FieldList:
    """List the fields of tickets that conditions know, with their operators and choices."""
    async with database.reading(actor) as transaction:
        return present_fields((await register_of(transaction)).fields)


@get("/fields/completions", opt=needs(permissions.READ))
async def complete_condition(
    database: Database,
    actor: Actor,
    q: Annotated[str, Parameter(max_length=MAX_CHARACTERS, description=TEXT)] = "",
    at: Annotated[int | None, Parameter(ge=0, description="Characters before the caret; all by default")] = None,
) -> CompletionList:
    """Return what may be written next in a condition: names of fields, or values of one."""
    place = len(q) if at is None else at
    rows: list[dict[str, str]] = []
    async with database.reading(actor) as transaction:
        completion = complete(q, place, await register_of(transaction))
        if completion is None:
            return CompletionList(place, place, [])
        if completion.field:
            rows = await conditions.list_completions(transaction, completion.field, completion.prefix)
    return present_completions(completion, rows, MOST_COMPLETIONS)


@get("/tags", opt=needs(permissions.READ))
async def list_tags(database: Database, actor: Actor, q: Annotated[str, Parameter(max_length=50)] = "") -> TagList:
    """List tags to offer that begin with `q`, most used first: those of recent tickets, and managed ones."""
    async with database.reading(actor) as transaction:
        return TagList(await tags.list_tags(transaction, q.strip(), 50))


routes = [
    list_tickets,
    count_tickets,
    open_ticket,
    dismiss_link,
    get_history,
    edit_ticket,
    edit_tickets,
    edit_message,
    add_ticket_participant,
    remove_ticket_participant,
    remove_ticket_participants,
    mark_read,
    revoke_links,
    explain_condition,
    list_fields,
    complete_condition,
    list_tags,
]
