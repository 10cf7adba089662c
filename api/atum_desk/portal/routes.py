"""HTTP routes of the portal. Nothing here needs an account; a link's session shows one request."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from litestar import Response, get, post
from litestar.params import Parameter
from litestar.response import Stream

from atum_desk.custom_fields.public import FieldsRequired
from atum_desk.files.public import (
    REFUSALS,
    AttachmentNotFound,
    FileStore,
    Incoming,
    RangeNotSatisfiable,
    UploadSlots,
    download,
)
from atum_desk.files.public import get_attachment as find_attachment
from atum_desk.forms.public import FormNotFound, FormRequired, OfferedForm, wished_languages
from atum_desk.http.access import CONTACT, PUBLIC
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import AcceptLanguage, Language, Limit, Range
from atum_desk.http.rate_limits import MeteredBytes, RateLimits
from atum_desk.http.requests import AnyRequest
from atum_desk.http.session_cookies import CONTACT_COOKIE, live_address, session_cookies
from atum_desk.http.uploads import UploadOperation, read_file_part
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor, token_hash
from atum_desk.kernel.cursors import DEFAULT_LIMIT, cut_page, decode_cursor, encode_cursor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import RateLimited
from atum_desk.portal import commands, problems, queries
from atum_desk.portal.models import PortalTicket
from atum_desk.portal.schemas import (
    Ask,
    Asked,
    LinkAsked,
    LinkOpened,
    LinkToken,
    PortalAnswer,
    PortalFieldList,
    PortalFormList,
    PortalHome,
    PortalTicketPage,
    PortalUpload,
)
from atum_desk.tickets.public import TransitionForbidden


@get("/portal", opt=PUBLIC)
async def get_portal(
    request: AnyRequest, database: Database, settings: Settings, maybe_contact: Actor | None
) -> PortalHome:
    """Tell whose portal this is."""
    async with database.connection("atum_desk_contact") as connection:
        found = await queries.find_portal_workspace(connection)
    return PortalHome(
        workspace_name=found.name if found else "",
        logo=found.logo if found else None,
        signed_in=maybe_contact is not None,
        name=maybe_contact.name if maybe_contact else None,
        upload_max_bytes=settings.upload_max_bytes,
        live_url=live_address(request.headers.get("host", ""), settings),
    )


@get("/portal/fields", opt=PUBLIC)
async def list_fields(database: Database) -> PortalFieldList:
    """List the custom fields that a requester fills in."""
    return PortalFieldList(await commands.list_form_fields(database))


@get("/portal/forms", opt=PUBLIC)
async def list_forms(
    database: Database, lang: Language = None, accept_language: AcceptLanguage = None
) -> PortalFormList:
    """List the forms of which a requester chooses one, in their language."""
    return PortalFormList(await commands.list_forms(database, wished_languages(lang, accept_language)))


@get("/portal/forms/{form_key:str}", opt=PUBLIC, responses=answers(FormNotFound))
async def get_form(
    database: Database,
    form_key: Annotated[str, Parameter(max_length=60)],
    public: Annotated[bool, Parameter(description="Only if it has a public address")] = False,
    lang: Language = None,
    accept_language: AcceptLanguage = None,
) -> OfferedForm:
    """Return a form of the portal, or of a public address, as it is filled in: in the reader's language."""
    wishes = wished_languages(lang, accept_language)
    return await commands.read_form(database, form_key, wishes, at_public_address=public)


@post(
    "/portal/tickets",
    opt=PUBLIC,
    status_code=202,
    responses=answers(
        *(RateLimited, problems.UploadUnknown, problems.NoMailbox, problems.StaffAddress),
        *(FieldsRequired, FormNotFound, FormRequired),
    ),
)
async def ask(
    database: Database, limits: RateLimits, client_ip: str, data: Ask, accept_language: AcceptLanguage = None
) -> Asked:
    """Send a request without an account; the confirmation mail carries the link to it."""
    await limits.count("portal_ticket_ip", client_ip)
    await limits.count("portal_ticket_email", data.email.strip().lower())
    number = await commands.ask(database, data, wished_languages(data.language, accept_language))
    return Asked(number=number, sent_to=data.email.strip())


@post("/portal/attachments", opt=PUBLIC, responses=answers(RateLimited, *REFUSALS), operation_class=UploadOperation)
async def upload(
    request: AnyRequest,
    database: Database,
    files: FileStore,
    settings: Settings,
    limits: RateLimits,
    upload_slots: UploadSlots,
    client_ip: str,
) -> PortalUpload:
    """Upload a file (form field `file`); the request or reply that names its token takes it."""
    await limits.count("portal_upload_ip", client_ip)
    with upload_slots.slot(f"address {client_ip}", anonymous=True):
        part = await read_file_part(request)
        return await commands.upload_anonymously(
            database,
            files,
            settings,
            Incoming(part.filename, part.content_type, part.pieces()),
            count_piece=MeteredBytes(limits, "portal_upload_mb_ip", client_ip).count,
        )


@post(
    "/portal/session",
    opt=PUBLIC,
    status_code=200,
    responses=answers(problems.LinkInvalid, problems.LinkExpired, RateLimited),
)
async def follow_link(
    request: AnyRequest, database: Database, settings: Settings, limits: RateLimits, client_ip: str, data: LinkToken
) -> Response[LinkOpened]:
    """Open the request of a link from a mail; the answer sets a cookie that shows only it."""
    await limits.count("portal_link_ip", client_ip)
    opened = await commands.follow_link(
        database, settings, data.token, user_agent=request.headers.get("user-agent", ""), ip=client_ip
    )
    contact = await database.authenticate(token_hash(opened.token), "contact")
    async with database.reading(contact) as transaction:
        number = await queries.find_visible_number(transaction, contact.only_ticket_id or 0)
    if number is None:
        raise problems.LinkInvalid
    await commands.confirm_author(database, contact)
    return Response(
        LinkOpened(number), cookies=session_cookies(CONTACT_COOKIE, opened.token, opened.lifetime, settings)
    )


@post("/portal/links", opt=PUBLIC, status_code=202, responses=answers(RateLimited))
async def send_new_link(
    database: Database, settings: Settings, limits: RateLimits, client_ip: str, data: LinkToken
) -> LinkAsked:
    """Mail the requester a new link for one that ended; the answer is the same for every token."""
    await limits.count("portal_new_link_ip", client_ip)
    await commands.send_new_link(database, settings, limits.count, data.token)
    return LinkAsked("If the link belongs to a request of yours, a new one is on its way to you.")


@get("/portal/tickets", opt=CONTACT)
async def list_requests(
    database: Database, contact: Actor, limit: Limit = DEFAULT_LIMIT, cursor: str | None = None
) -> PortalTicketPage:
    """List the requester's requests, last changed first."""
    after = decode_cursor(cursor, tuple[datetime, int])
    async with database.reading(contact) as transaction:
        rows, more = cut_page(await queries.list_tickets(transaction, after, limit + 1), limit)
    return PortalTicketPage(
        items=[queries.ticket_row(row) for row in rows],
        next_cursor=encode_cursor(rows[-1]["updated_at"], rows[-1]["id"]) if more else None,
    )


@get("/portal/tickets/{number:int}", opt=CONTACT, responses=answers(problems.RequestNotFound))
async def get_request(database: Database, contact: Actor, number: int) -> PortalTicket:
    """Return one request with its thread."""
    async with database.reading(contact) as transaction:
        return await queries.get_ticket(transaction, number)


@post(
    "/portal/tickets/{number:int}/messages",
    opt=CONTACT,
    responses=answers(problems.RequestNotFound, problems.UploadUnknown),
)
async def answer(database: Database, contact: Actor, number: int, data: PortalAnswer) -> PortalTicket:
    """Reply to one's request."""
    await commands.answer_request(database, contact, number, data)
    async with database.reading(contact) as transaction:
        return await queries.get_ticket(transaction, number)


@post(
    "/portal/tickets/{number:int}/resolve",
    opt=CONTACT,
    status_code=200,
    responses=answers(problems.RequestNotFound, TransitionForbidden),
)
async def resolve(database: Database, contact: Actor, number: int) -> PortalTicket:
    """Mark one's request as resolved."""
    await commands.resolve_request(database, contact, number)
    async with database.reading(contact) as transaction:
        return await queries.get_ticket(transaction, number)


@get(
    "/portal/attachments/{attachment_id:int}",
    opt=CONTACT,
    responses=answers(AttachmentNotFound, RangeNotSatisfiable),
    media_type="application/octet-stream",
)
async def get_attachment(
    database: Database,
    files: FileStore,
    contact: Actor,
    attachment_id: int,
    inline: bool = False,
    byte_range: Range = None,
) -> Stream:
    """Download a file of one's request."""
    async with database.reading(contact) as transaction:
        attachment = await find_attachment(transaction, attachment_id)
    given = await download(attachment, files, inline=inline, wanted=byte_range)
    return Stream(given.pieces, status_code=given.status, headers=given.headers)


routes = [
    get_portal,
    list_fields,
    list_forms,
    get_form,
    ask,
    upload,
    follow_link,
    send_new_link,
    list_requests,
    get_request,
    answer,
    resolve,
    get_attachment,
]
