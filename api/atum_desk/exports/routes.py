"""HTTP routes of exports."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import get
from litestar.background_tasks import BackgroundTask
from litestar.di import Provide
from litestar.params import Parameter
from litestar.response import Stream

from atum_desk.conditions.public import MAX_CHARACTERS, ConditionInvalid
from atum_desk.exports import problems
from atum_desk.exports.bundle import bundle_ticket
from atum_desk.exports.list_export import AskedExport, export_list
from atum_desk.exports.permissions import TICKET_EXPORT
from atum_desk.exports.preview import ExportPreview, preview_export
from atum_desk.exports.print_page import AskedPage, print_ticket
from atum_desk.exports.slots import ExportSlots
from atum_desk.exports.streamed_file import StreamedFile
from atum_desk.files.public import FileStore, content_disposition
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import numbers_of, words_of, zone_of
from atum_desk.http.requests import AnyRequest
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.lifecycle.public import CATEGORIES
from atum_desk.tickets.public import (
    PRIORITIES,
    ColumnUnknown,
    ListSort,
    ListTooBroad,
    TicketFilter,
    TicketNotFound,
    ViewNotFound,
    assignee_of,
    sort_of,
    view_of,
)

Words = Annotated[str | None, Parameter(max_length=2_000, description="Several, separated by commas")]
Text = Annotated[str, Parameter(max_length=MAX_CHARACTERS, description="A condition, as `GET /tickets` takes it")]
Zone = Annotated[str, Parameter(max_length=60, description="The reader's time zone, such as Europe/Berlin")]
ViewName = Annotated[str, Parameter(max_length=40, description="A view, as `GET /tickets` takes it")]
Locale = Annotated[str, Parameter(max_length=35, description="A language, such as de; by default the person's")]
Columns = Annotated[
    str, Parameter(max_length=4_000, description="Names or keys of `GET /fields` in order, separated by commas")
]
Notes = Annotated[bool, Parameter(description="Whether notes, which only staff see, are in it")]
PRINTED = {
    # No script runs in it; the desk opens it in a frame of its own to print it.
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox allow-same-origin allow-modals"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}
REFUSED = answers(
    ColumnUnknown,
    problems.TooManyColumns,
    problems.TooManyExports,
    problems.ExportsBusy,
    ListTooBroad,
    ViewNotFound,
    ConditionInvalid,
)


class ListParameters(msgspec.Struct, frozen=True, kw_only=True):
    """The parameters by which `GET /tickets` and an export name a list."""

    view: str
    team_id: str | None
    assignee_id: str | None
    status: str | None
    category: str | None
    priority: str | None
    tag: str | None
    requester_id: int | None
    organization_id: int | None
    sort: str | None


def list_parameters(
    view: ViewName = "all",
    team_id: Words = None,
    assignee_id: Annotated[str | None, Parameter(description="An id, `me` or `none`")] = None,
    status: Words = None,
    category: Words = None,
    priority: Words = None,
    tag: Annotated[str | None, Parameter(max_length=50)] = None,
    requester_id: int | None = None,
    organization_id: int | None = None,
    sort: Annotated[
        ListSort | None, Parameter(description="The order, as `GET /tickets` takes it; without it that of the view")
    ] = None,
) -> ListParameters:
    """Read the parameters that name a list, of whichever route takes them."""
    return ListParameters(
        view=view,
        team_id=team_id,
        assignee_id=assignee_id,
        status=status,
        category=category,
        priority=priority,
        tag=tag,
        requester_id=requester_id,
        organization_id=organization_id,
        sort=sort,
    )


NAMED_LIST = {"asked_list": Provide(list_parameters, sync_to_thread=False)}


@get(
    ["/tickets.csv", "/tickets.xlsx"],
    opt=needs(TICKET_EXPORT),
    dependencies=NAMED_LIST,
    responses=REFUSED,
    media_type="application/octet-stream",
)
async def export_tickets(
    request: AnyRequest,
    database: Database,
    export_slots: ExportSlots,
    actor: Actor,
    asked_list: ListParameters,
    q: Text = "",
    zone: Zone = "UTC",
    columns: Columns = "",
    locale: Locale = "",
    bom: Annotated[bool, Parameter(description="Whether a CSV begins with a byte order mark, for Excel")] = True,
) -> Stream:
    """Download all tickets of a list that the actor sees, as CSV or as an XLSX workbook."""
    asked = AskedExport(
        wanted=wanted_of(actor, asked_list),
        in_own_order=not asked_list.sort,
        text=q,
        zone=zone_of(zone),
        columns=[name.strip() for name in columns.split(",") if name.strip()],
        language=locale or actor.locale,
        format=request.scope["path"].rpartition(".")[2],
        byte_order_mark=bom,
    )
    return download(await export_list(database, actor, export_slots, asked))


@get(
    "/exports/preview",
    opt=needs(TICKET_EXPORT),
    dependencies=NAMED_LIST,
    responses=answers(ListTooBroad, ViewNotFound, ConditionInvalid),
)
async def preview_list_export(
    database: Database, actor: Actor, asked_list: ListParameters, q: Text = "", zone: Zone = "UTC", locale: Locale = ""
) -> ExportPreview:
    """Tell how many tickets an export would hold, and which columns there are."""
    return await preview_export(database, actor, wanted_of(actor, asked_list), q, zone_of(zone), locale or actor.locale)


@get("/tickets/{number:int}/print", opt=needs(TICKET_EXPORT), responses=answers(TicketNotFound), media_type="text/html")
async def print_one_ticket(
    database: Database,
    export_slots: ExportSlots,
    actor: Actor,
    number: int,
    notes: Notes = False,
    images: Annotated[bool, Parameter(description="Whether attached images are shown beneath a message")] = True,
    zone: Zone = "UTC",
    locale: Locale = "",
) -> Stream:
    """Return a ticket with its whole thread as a page to print."""
    asked = AskedPage(number=number, notes=notes, images=images, zone=zone_of(zone), language=locale or actor.locale)
    file = await print_ticket(database, actor, export_slots, asked)
    return _streamed(file, PRINTED)


@get(
    "/tickets/{number:int}/bundle",
    opt=needs(TICKET_EXPORT),
    responses=answers(TicketNotFound, problems.TooManyExports, problems.ExportsBusy),
    media_type="application/zip",
)
async def bundle_one_ticket(
    database: Database, files: FileStore, export_slots: ExportSlots, actor: Actor, number: int, notes: Notes = False
) -> Stream:
    """Download a ticket as an archive: its JSON, its mails as they came, its attachments."""
    return download(await bundle_ticket(database, files, actor, export_slots, number, notes=notes))


def wanted_of(actor: Actor, asked: ListParameters) -> TicketFilter:
    """Return the list that parameters name. Raises ValidationFailed."""
    named, view_id = view_of(asked.view)
    sort, field_sort = sort_of(asked.sort)
    return TicketFilter(
        view=named,
        view_id=view_id,
        team_ids=numbers_of(asked.team_id, "team_id"),
        assignee_id=assignee_of(asked.assignee_id, actor),
        statuses=words_of(asked.status, "status"),
        categories=words_of(asked.category, "category", CATEGORIES),  # type: ignore[arg-type]
        priorities=words_of(asked.priority, "priority", PRIORITIES),  # type: ignore[arg-type]
        tag=asked.tag,
        requester_id=asked.requester_id,
        organization_id=asked.organization_id,
        sort=sort or "-updated_at",
        field_sort=field_sort,
    )


def download(file: StreamedFile) -> Stream:
    """Return the answer that saves a file."""
    disposition = content_disposition(file.filename, inline=False)
    return _streamed(file, {"Content-Disposition": disposition, "Content-Security-Policy": "sandbox"})


def _streamed(file: StreamedFile, headers: dict[str, str]) -> Stream:
    return Stream(
        file.pieces,
        headers={
            "Content-Type": file.media_type,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
            **headers,
        },
        # Also runs when whoever asked has left: the query ends with them.
        background=BackgroundTask(file.pieces.close),
    )


routes = [export_tickets, preview_list_export, print_one_ticket, bundle_one_ticket]
